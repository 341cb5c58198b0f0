import { type FileHandle, open } from 'node:fs/promises';
import type { Span } from './span-column.ts';

/** Bytes read at once: rows follow each other in the files, so most reads are answered from the last window. */
const WINDOW = 1 << 16;

/**
 * Reads spans of a file that only ever grows. It is opened by the first read, so a file that is never asked for need
 * not exist. Not safe for concurrent `read` calls.
 */
export class SpanReader {
  readonly #path: string;
  #file: FileHandle | undefined;
  #window: Buffer = Buffer.alloc(0);
  #windowOffset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The bytes of `span`. Throws `RangeError` where the file ends before them. */
  async read({ offset, length }: Span): Promise<Buffer> {
    const from = offset - this.#windowOffset;
    if (from >= 0 && from + length <= this.#window.length) return this.#window.subarray(from, from + length);
    this.#file ??= await open(this.#path, 'r');
    const bytes = Buffer.allocUnsafe(Math.max(length, WINDOW));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, offset);
    if (bytesRead < length) throw new RangeError(`${this.#path} ends before byte ${offset + length}`);
    this.#window = bytes.subarray(0, bytesRead);
    this.#windowOffset = offset;
    return this.#window.subarray(0, length);
  }

  /** The JSON value of `span`. */
  async json<T>(span: Span): Promise<T> {
    return JSON.parse((await this.read(span)).toString('utf8')) as T;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
