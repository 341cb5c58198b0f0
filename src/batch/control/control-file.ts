import { open, readFile } from 'node:fs/promises';
import { jsonOf } from '../../disk/json-lines.ts';
import { diskError, onDisk } from '../../disk/on-disk.ts';
import { FILE_MODE } from '../../disk/private-folder.ts';
import { HostrollError } from '../../terms.ts';
import { WORD, type Word } from './word.ts';

const NEWLINE = 0x0a;

/** A word, and where in the file it ends. */
export interface Heard {
  word: Word;
  end: number;
}

/**
 * Appends a word to `control.jsonl`; resolves when it is on disk. Several processes may do so at once: the file is opened for
 * appending, and a word is one write, which the kernel puts at the end as a whole. It begins with a newline, so that what a
 * process that died in mid-write has left spoils no word but its own. Throws `DISK_FULL` and `DISK_REFUSED`.
 */
export async function appendWord(path: string, word: Word): Promise<void> {
  const line = Buffer.from(`\n${JSON.stringify(word)}\n`);
  await onDisk(path, async () => {
    const file = await open(path, 'a', FILE_MODE);
    try {
      const { bytesWritten } = await file.write(line);
      if (bytesWritten < line.length) {
        throw new HostrollError(
          'DISK_FULL',
          `The disk is full: ${path} has not taken the word; make room and say it again.`,
        );
      }
      await file.datasync();
    } finally {
      await file.close();
    }
  });
}

/**
 * The words from the byte `from` on, in the order that counts. Lines that are no word (torn ones, those of another hand) are
 * passed over, as is a last line that has no end yet. No file holds none.
 */
export async function wordsFrom(path: string, from: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  const bytes = await bytesOf(path);
  for (let start = from, end = 0; ; start = end) {
    end = bytes.indexOf(NEWLINE, start) + 1;
    if (end === 0) return heard;
    const { data: word } = WORD.safeParse(jsonOf(bytes.toString('utf8', start, end)));
    if (word !== undefined) heard.push({ word, end });
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw diskError(error, path);
  }
}
