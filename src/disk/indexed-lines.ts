import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HostrollError } from '../terms.ts';
import { Column } from './column.ts';
import { readJsonLines } from './json-lines.ts';
import { KeyIndex } from './key-index.ts';

/** A run of bytes in a file. */
export interface Span {
  offset: number;
  length: number;
}

/** One optional span per number. Offsets are doubles: exact beyond any file size, unlike 32-bit integers. */
export class SpanColumn {
  readonly #offsets = new Column(Float64Array);
  readonly #lengths = new Column(Uint32Array);

  has(number: number): boolean {
    return this.#lengths.at(number) > 0;
  }

  /** Undefined where none was set. */
  at(number: number): Span | undefined {
    const length = this.#lengths.at(number);
    return length === 0 ? undefined : { offset: this.#offsets.at(number), length };
  }

  set(number: number, { offset, length }: Span): void {
    this.#offsets.set(number, offset);
    this.#lengths.set(number, length);
  }
}

/** Bytes read at once by those who read on: rows follow each other in the files, so most reads are answered from memory. */
const WINDOW = 1 << 18;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads spans of a file that only ever grows. It is opened by the first read, so a file that is never asked for need
 * not exist. Several reads may be under way at a time.
 */
export class SpanReader {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #isClosed = false;
  /** What was read last by one who reads on, or is being read: those who follow closely wait for it, too. */
  #window: Buffer | Promise<Buffer> = NOTHING;
  #windowOffset = Number.POSITIVE_INFINITY;
  /** Where the span ends that was asked for last. */
  #end = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** What is in memory already, without waiting, as it mostly is. */
  #held({ offset, length }: Span): Buffer | undefined {
    const from = offset - this.#windowOffset;
    if (from < 0 || !Buffer.isBuffer(this.#window) || from + length > this.#window.length) return undefined;
    this.#end = offset + length;
    return this.#window.subarray(from, from + length);
  }

  async #load({ offset, length }: Span): Promise<Buffer> {
    // A reader that jumps about has no use for what stands behind a span.
    const readsOn = offset >= this.#end && offset - this.#end < WINDOW;
    this.#end = offset + length;
    const from = offset - this.#windowOffset;
    if (from >= 0 && from + length <= WINDOW) {
      const bytes = (await this.#window).subarray(from, from + length);
      // The file may have grown since.
      if (bytes.length === length) return bytes;
    }
    const loading = this.#bytes(offset, readsOn ? Math.max(length, WINDOW) : length);
    if (readsOn) {
      const window = loading.catch(() => NOTHING);
      [this.#window, this.#windowOffset] = [window, offset];
      void window.then((bytes) => {
        if (this.#window === window) this.#window = bytes;
      });
    }
    const bytes = await loading;
    if (bytes.length < length) throw this.#changed(`it ends before byte ${offset + length}`);
    return bytes.subarray(0, length);
  }

  async #bytes(offset: number, length: number): Promise<Buffer> {
    this.#file ??= open(this.#path, 'r');
    const bytes = await readBytes(await this.#file, offset, length);
    // Whoever is still at work when all is ended leaves nothing open.
    if (this.#isClosed) await this.close();
    return bytes;
  }

  /** The JSON value of `span`. Throws `BATCH_DAMAGED` where there is none any more. */
  async json<T>(span: Span): Promise<T> {
    const bytes = this.#held(span) ?? (await this.#load(span));
    try {
      return JSON.parse(bytes.toString('utf8')) as T;
    } catch {
      throw this.#changed(`the line at byte ${span.offset} is another one`);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const file = this.#file;
    this.#file = undefined;
    await (await file)?.close();
  }

  #changed(how: string): HostrollError {
    return new HostrollError('BATCH_DAMAGED', `${this.#path} was changed while it was in use: ${how}.`);
  }
}

/** Up to `length` bytes from `offset` on; fewer only where the file ends. One read may bring less than it was asked for. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Finds lines of a JSONL file by number (from 0) and by key, with about 45 bytes in memory for each. */
export class IndexedLines<T> {
  readonly #spans = new SpanColumn();
  readonly #keys = new KeyIndex();
  readonly #reader: SpanReader;
  #size = 0;

  private constructor(path: string) {
    this.#reader = new SpanReader(path);
  }

  /** Indexes the lines of a file to which `keyOf` gives a key; none where there is no file. */
  static async open<T>(
    path: string,
    keyOf: (value: T, number: number) => string | undefined,
  ): Promise<IndexedLines<T>> {
    const lines = new IndexedLines<T>(path);
    if (!existsSync(path)) return lines;
    for await (const { value, offset, length } of readJsonLines<T>(path)) {
      const key = keyOf(value, lines.#size);
      if (key === undefined) continue;
      lines.#keys.set(key, lines.#size);
      lines.#spans.set(lines.#size++, { offset, length });
    }
    return lines;
  }

  /** Lines that are indexed. */
  get size(): number {
    return this.#size;
  }

  /** Number of the last line that has the key. */
  find(key: string): number | undefined {
    return this.#keys.get(key);
  }

  async read(number: number): Promise<T> {
    const span = this.#spans.at(number);
    if (span === undefined) throw new RangeError(`There is no line number ${number}.`);
    return this.#reader.json<T>(span);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
