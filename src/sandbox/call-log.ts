import type { SandboxCallKind } from './fault-rule.ts';

/** One call as the judge remembers it. */
export interface LoggedCall {
  kind: SandboxCallKind;
  /** Real milliseconds since the simulator started. */
  at: number;
  /** HTTP status; 0 where no answer was sent. */
  status: number;
  /** API error code, 0 for none. */
  code: number;
  /** The call changed what the API holds, or confirmed it (an edit equal to what was there). */
  applied: boolean;
  /** The whole answer was handed to the connection. */
  delivered: boolean;
}

const KINDS: readonly SandboxCallKind[] = ['list', 'read', 'edit', 'create', 'delete', 'other'];
const APPLIED = 1;
const DELIVERED = 2;
/** Bytes of one entry: at (8), row (4), code (4), status (2), kind (1), flags (1). */
const ENTRY_BYTES = 20;
const CHUNK_ENTRIES = 1 << 16;

/** An append-only log in chunks of bytes: a million calls take 20 MB. */
export class CallLog {
  readonly #chunks: DataView[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a call about record `row` (-1 for none) and gives its number. */
  append(row: number, call: LoggedCall): number {
    const chunk = this.#chunkOf(this.#length);
    const offset = offsetOf(this.#length);
    chunk.setFloat64(offset, call.at);
    chunk.setInt32(offset + 8, row);
    chunk.setUint32(offset + 12, call.code);
    chunk.setUint16(offset + 16, call.status);
    chunk.setUint8(offset + 18, KINDS.indexOf(call.kind));
    chunk.setUint8(offset + 19, (call.applied ? APPLIED : 0) | (call.delivered ? DELIVERED : 0));
    this.#length += 1;
    return this.#length - 1;
  }

  /** Corrects a call whose answer did not get through after all. */
  undelivered(number: number): void {
    const offset = offsetOf(number) + 19;
    const chunk = this.#chunkOf(number);
    chunk.setUint8(offset, chunk.getUint8(offset) & ~DELIVERED);
  }

  row(number: number): number {
    return this.#chunkOf(number).getInt32(offsetOf(number) + 8);
  }

  call(number: number): LoggedCall {
    const chunk = this.#chunkOf(number);
    const offset = offsetOf(number);
    const flags = chunk.getUint8(offset + 19);
    return {
      kind: KINDS[chunk.getUint8(offset + 18)] ?? 'other',
      at: chunk.getFloat64(offset),
      status: chunk.getUint16(offset + 16),
      code: chunk.getUint32(offset + 12),
      applied: (flags & APPLIED) !== 0,
      delivered: (flags & DELIVERED) !== 0,
    };
  }

  #chunkOf(number: number): DataView {
    const at = Math.floor(number / CHUNK_ENTRIES);
    const chunk = this.#chunks[at] ?? new DataView(new ArrayBuffer(CHUNK_ENTRIES * ENTRY_BYTES));
    this.#chunks[at] = chunk;
    return chunk;
  }
}

const offsetOf = (number: number): number => (number % CHUNK_ENTRIES) * ENTRY_BYTES;
