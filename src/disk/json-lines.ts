import { type FileHandle, open } from 'node:fs/promises';
import { onDisk } from './on-disk.ts';
import { FILE_MODE } from './private-folder.ts';

/** One line of a JSONL file: the parsed value, and where its bytes stand in the file (the newline not included). */
export interface JsonLine<T> {
  value: T;
  offset: number;
  length: number;
  /** The line itself. */
  text: string;
}

const NEWLINE = 0x0a;

/**
 * Reads a JSONL file line by line in constant memory, from the byte `from` on, at which a line begins. A last line without
 * a newline is what a crash in mid-write leaves: it is not read. Lines are trusted to be ours; a line that is not JSON
 * throws what `parse` does, which is given its text and the byte at which it begins: `SyntaxError` unless told otherwise. Only
 * those for whose bytes `wanted` holds are taken apart, which is most of the work.
 */
export async function* readJsonLines<T>(
  path: string,
  from = 0,
  wanted?: (bytes: Buffer) => boolean,
  parse: (text: string, offset: number) => unknown = (text) => JSON.parse(text),
): AsyncGenerator<JsonLine<T>> {
  const file = await open(path, 'r');
  try {
    // One buffer for all: new ones for each chunk are memory that comes back late.
    let buffer = Buffer.allocUnsafe(READ_CHUNK);
    // Of a line that has no end yet, which is first in the buffer, so many bytes are in.
    let begun = 0;
    for (let offset = from; ; ) {
      const { bytesRead } = await file.read(buffer, begun, buffer.length - begun, offset + begun);
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, begun + bytesRead);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE, begun); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        const length = end - start;
        if (length > 0 && (wanted === undefined || wanted(bytes.subarray(start, end)))) {
          const text = bytes.toString('utf8', start, end);
          yield { value: parse(text, offset) as T, offset, length, text };
        }
        offset += length + 1;
        start = end + 1;
      }
      begun = bytes.length - start;
      if (begun === buffer.length) buffer = Buffer.concat([buffer], 2 * begun);
      else buffer.copyWithin(0, start, bytes.length);
    }
  } finally {
    await file.close();
  }
}

/** Bytes read at once; the most that are kept, but for a line that is longer. */
const READ_CHUNK = 1 << 18;

/** Bytes gathered before a write; bounds the memory of a writer. */
const WRITE_CHUNK = 1 << 18;
/** Bytes that UTF-8 takes at most for a unit of UTF-16. */
const MOST_BYTES = 3;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Writes a new JSONL file, private to its owner, in large chunks and in the order of the calls. `write` places a line at
 * once; a caller that writes many awaits `room` in between, so that the lines in memory stay few.
 */
export class JsonLinesWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  #pending: Buffer = NOTHING;
  #filled = 0;
  #position = 0;
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<JsonLinesWriter> {
    return onDisk(path, async () => new JsonLinesWriter(path, await open(path, 'w', FILE_MODE)));
  }

  /** Appends one line and says where its bytes will stand. */
  write(value: unknown): { offset: number; length: number } {
    const line = JSON.stringify(value);
    const most = MOST_BYTES * line.length + 1;
    if (this.#pending.length - this.#filled < most) {
      this.#flush();
      this.#pending = Buffer.allocUnsafe(Math.max(WRITE_CHUNK, most));
    }
    const place = { offset: this.#position, length: this.#pending.write(line, this.#filled) };
    this.#filled += place.length;
    this.#pending[this.#filled++] = NEWLINE;
    this.#position += place.length + 1;
    return place;
  }

  /** Resolves when what was handed to the disk is written. Rejects with `DISK_FULL` or `DISK_REFUSED`. */
  room(): Promise<void> {
    return onDisk(this.#path, () => this.#written);
  }

  /** Writes what is left, syncs to disk and closes. */
  async close(): Promise<void> {
    this.#flush();
    try {
      await onDisk(this.#path, async () => {
        await this.#written;
        await this.#file.datasync();
      });
    } finally {
      await this.#file.close();
    }
  }

  /** Hands to the disk what is pending, whose bytes are the disk's from then on. */
  #flush(): void {
    if (this.#filled === 0) return;
    const bytes = this.#pending.subarray(0, this.#filled);
    [this.#pending, this.#filled] = [NOTHING, 0];
    this.#written = this.#written.then(() => this.#file.writeFile(bytes));
    // A refusal reaches the caller that awaits `room` or `close`; the chain itself must not raise it once more.
    this.#written.catch(() => {});
  }
}

/** What a text says as JSON; undefined where it is none, for a schema to refuse. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
