import { appendFileSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as tick } from 'node:timers/promises';
import { HostrollError } from '../terms.ts';
import { readBytes } from './indexed-lines.ts';
import { LINK_BYTES, LineChain, linkOf, linkOfBytes } from './line-chain.ts';
import { onDisk } from './on-disk.ts';
import { FILE_MODE } from './private-folder.ts';

/**
 * An append-only JSONL file with group commit: `append` resolves once its lines are on disk (fdatasync), and everything
 * that arrives at one moment, or during one sync, shares the next. One process at a time may hold it open; the caller holds the lock.
 * What is written to a file that has lost its name is lost: so each commit first sees whether the path still leads here.
 */
export class AppendLog<T> {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #place: Stats;
  readonly #chain: LineChain | undefined;
  #lines: string[] = [];
  #waiting: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    file: FileHandle,
    { place, chain }: { place: Stats; chain: LineChain | undefined },
  ) {
    this.#path = path;
    this.#file = file;
    this.#place = place;
    this.#chain = chain;
  }

  /**
   * Opens or creates the file. A torn last line, left by a crash in mid-write, was never acknowledged and is cut off. Where it
   * is `chained`, entries are objects, and each line is bound to those before it.
   */
  static async open<T>(path: string, { chained = false } = {}): Promise<AppendLog<T>> {
    return onDisk(path, async () => {
      const file = await open(path, 'a+', FILE_MODE);
      try {
        await cutTornLine(file);
        const chain = chained ? new LineChain(await lastLink(file)) : undefined;
        return new AppendLog<T>(path, file, { place: await file.stat(), chain });
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  /**
   * Resolves when `entries` are on disk, in the order of the calls. Rejects with `DISK_FULL`, `DISK_REFUSED`
   * or `FILE_REPLACED` when that cannot be; then nothing more is accepted.
   */
  append(...entries: T[]): Promise<void> {
    for (const entry of entries) {
      const line = JSON.stringify(entry);
      this.#lines.push(this.#chain?.link(line) ?? line, '\n');
    }
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

  /** Writing goes to memory, and takes less than it costs to wait for another thread that does it; the sync takes its time. */
  async #commit(): Promise<void> {
    await tick();
    const lines = this.#lines;
    this.#lines = [];
    this.#waiting = undefined;
    await onDisk(this.#path, async () => {
      this.#checkPlace();
      appendFileSync(this.#file.fd, lines.join(''));
      await this.#file.datasync();
    });
  }

  #checkPlace(): void {
    const [own, there] = [this.#place, statSync(this.#path)];
    if (own.ino === there.ino && own.dev === there.dev) return;
    throw new HostrollError('FILE_REPLACED', `${this.#path} was replaced by another file while it was being written.`);
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

/** What the next line is linked to. */
async function lastLink(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const start = Math.max(0, size - LINK_BYTES - 1);
  const end = (await readBytes(file, start, size - start)).toString('latin1').trimEnd();
  const before = () => (size === 0 ? [] : file.createReadStream({ start: 0, end: size - 1, autoClose: false }));
  return linkOf(end) ?? linkOfBytes(before());
}
