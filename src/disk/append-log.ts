import { type FileHandle, open } from 'node:fs/promises';
import { readBytes } from './indexed-lines.ts';
import { FILE_MODE } from './private-folder.ts';

/**
 * An append-only JSONL file with group commit: `append` resolves once its lines are on disk (fdatasync), and everything
 * that arrives during one sync shares the next. One process at a time may hold it open; the caller holds the lock.
 */
export class AppendLog<T> {
  readonly #file: FileHandle;
  #lines: string[] = [];
  #waiting: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens or creates the file. A torn last line, left by a crash in mid-write, was never acknowledged and is cut off. */
  static async open<T>(path: string): Promise<AppendLog<T>> {
    const file = await open(path, 'a+', FILE_MODE);
    await cutTornLine(file);
    return new AppendLog<T>(file);
  }

  /** Resolves when `entries` are on disk, in the order of the calls. Rejects when the disk refuses; then nothing more is accepted. */
  append(...entries: T[]): Promise<void> {
    for (const entry of entries) this.#lines.push(`${JSON.stringify(entry)}\n`);
    if (this.#waiting === undefined) {
      this.#waiting = this.#writing.then(() => this.#commit());
      this.#writing = this.#waiting;
      // A refusal reaches every caller of append; the chain itself must not raise it once more.
      this.#writing.catch(() => {});
    }
    return this.#waiting;
  }

  /** Resolves when everything appended so far is on disk. */
  synced(): Promise<void> {
    return this.#writing;
  }

  async close(): Promise<void> {
    try {
      await this.#writing;
    } finally {
      await this.#file.close();
    }
  }

  async #commit(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#waiting = undefined;
    await this.#file.appendFile(lines.join(''));
    await this.#file.datasync();
  }
}

const TAIL = 1 << 16;

async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - TAIL);
    const bytes = await readBytes(file, start, end - start);
    const newline = bytes.lastIndexOf(0x0a);
    if (newline !== -1) {
      if (start + newline + 1 < size) await file.truncate(start + newline + 1);
      return;
    }
    end = start;
  }
  if (size > 0) await file.truncate(0);
}
