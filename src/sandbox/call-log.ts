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

export interface CallLog {
  readonly length: number;
  /** Appends a call about record `row` (-1 for none) and gives its number. */
  append(row: number, call: LoggedCall): number;
  /** Corrects a call whose answer did not get through after all. */
  undelivered(number: number): void;
  row(number: number): number;
  call(number: number): LoggedCall;
}

/** An append-only log in chunks of bytes: a million calls take 20 MB. */
export const createCallLog = (): CallLog => {
  const chunks: DataView[] = [];
  let length = 0;
  const chunkOf = (number: number): DataView => {
    const at = Math.floor(number / CHUNK_ENTRIES);
    const chunk = chunks[at] ?? new DataView(new ArrayBuffer(CHUNK_ENTRIES * ENTRY_BYTES));
    chunks[at] = chunk;
    return chunk;
  };
  const offsetOf = (number: number): number => (number % CHUNK_ENTRIES) * ENTRY_BYTES;
  return {
    get length() {
      return length;
    },
    append(row, call) {
      const chunk = chunkOf(length);
      const offset = offsetOf(length);
      chunk.setFloat64(offset, call.at);
      chunk.setInt32(offset + 8, row);
      chunk.setUint32(offset + 12, call.code);
      chunk.setUint16(offset + 16, call.status);
      chunk.setUint8(offset + 18, KINDS.indexOf(call.kind));
      chunk.setUint8(offset + 19, (call.applied ? APPLIED : 0) | (call.delivered ? DELIVERED : 0));
      length += 1;
      return length - 1;
    },
    undelivered(number) {
      const offset = offsetOf(number) + 19;
      const chunk = chunkOf(number);
      chunk.setUint8(offset, chunk.getUint8(offset) & ~DELIVERED);
    },
    row: (number) => chunkOf(number).getInt32(offsetOf(number) + 8),
    call(number) {
      const chunk = chunkOf(number);
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
    },
  };
};
