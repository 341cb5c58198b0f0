import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HostrollError } from '../terms.ts';
import { readJsonLines } from './json-lines.ts';
import { KeyIndex } from './key-index.ts';

/** A run of bytes in a file. */
export interface Span {
  offset: number;
  length: number;
}

/** One optional span per number. Offsets are doubles: exact beyond any file size, unlike 32-bit integers. */
export class SpanColumn {
  #offsets: Float64Array;
  #lengths: Uint32Array;

  /** Has room for the numbers 0 to `last`; it grows where a higher one is set. */
  constructor(last = 1_023) {
    this.#offsets = new Float64Array(last + 1);
    this.#lengths = new Uint32Array(last + 1);
  }

  has(number: number): boolean {
    return (this.#lengths[number] ?? 0) > 0;
  }

  /** Undefined where none was set. */
  at(number: number): Span | undefined {
    const length = this.#lengths[number] ?? 0;
    return length === 0 ? undefined : { offset: this.#offsets[number] ?? 0, length };
  }

  set(number: number, { offset, length }: Span): void {
    if (number >= this.#lengths.length) this.#grow(Math.max(number + 1, 2 * this.#lengths.length));
    this.#offsets[number] = offset;
    this.#lengths[number] = length;
  }

  #grow(room: number): void {
    const [offsets, lengths] = [new Float64Array(room), new Uint32Array(room)];
    offsets.set(this.#offsets);
    lengths.set(this.#lengths);
    [this.#offsets, this.#lengths] = [offsets, lengths];
  }
}

/** Bytes read at once by those who read on: rows follow each other in the files, so most reads are answered from memory. */
const WINDOW = 1 << 18;

/**
 * Reads spans of a file that only ever grows. It is opened by the first read, so a file that is never asked for need
 * not exist. Several reads may be under way at a time.
 */
export class SpanReader {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #isClosed = false;
  #window: Buffer = Buffer.alloc(0);
  #windowOffset = 0;
  /** Where the span ends that was read last. */
  #end = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The bytes of `span`. Throws `BATCH_DAMAGED` where the file ends before them. */
  async read(span: Span): Promise<Buffer> {
    return this.#held(span) ?? (await this.#load(span));
  }

  #held({ offset, length }: Span): Buffer | undefined {
    const from = offset - this.#windowOffset;
    if (from < 0 || from + length > this.#window.length) return undefined;
    this.#end = offset + length;
    return this.#window.subarray(from, from + length);
  }

  async #load({ offset, length }: Span): Promise<Buffer> {
    // A reader that jumps about has no use for what stands behind a span.
    const readsOn = offset >= this.#end && offset - this.#end < WINDOW;
    this.#end = offset + length;
    this.#file ??= open(this.#path, 'r');
    const bytes = await readBytes(await this.#file, offset, readsOn ? Math.max(length, WINDOW) : length);
    // Whoever is still at work when all is ended leaves nothing open.
    if (this.#isClosed) await this.close();
    if (bytes.length < length) throw this.#changed(`it ends before byte ${offset + length}`);
    if (readsOn) {
      this.#window = bytes;
      this.#windowOffset = offset;
    }
    return bytes.subarray(0, length);
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

/** Finds lines of a JSONL file by number (from 0) and by key, with about 60 bytes in memory for each line and 32 more for each key. */
export class IndexedLines<T> {
  readonly #spans = new SpanColumn();
  readonly #keys = new KeyIndex();
  readonly #reader: SpanReader;
  #size = 0;

  /** Of a file whose lines are added one by one by its writer. */
  constructor(path: string) {
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
      const key = keyOf(value, lines.size);
      if (key !== undefined) lines.add({ offset, length }, key);
    }
    return lines;
  }

  /** Lines that are indexed. */
  get size(): number {
    return this.#size;
  }

  /** Adds a line under `keys`, each of which from now on leads to it; answers its number. */
  add(span: Span, ...keys: string[]): number {
    const number = this.#size++;
    this.#spans.set(number, span);
    for (const key of keys) this.#keys.set(key, number);
    return number;
  }

  /** Number of the line that was added last under the key. */
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
