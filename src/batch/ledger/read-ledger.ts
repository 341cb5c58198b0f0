import { open } from 'node:fs/promises';
import { readBytes } from '../../disk/indexed-lines.ts';
import { type JsonLine, readJsonLines } from '../../disk/json-lines.ts';
import { damaged } from './batch-file.ts';
import { elementSpans } from './element-spans.ts';
import { isEvent } from './event-shape.ts';
import type { LedgerEvent, Tally } from './ledger-event.ts';
import type { LedgerFold } from './ledger-fold.ts';

/**
 * Folds the whole lines of the ledger at `path` from the byte `from` on, and resolves with where the next reading begins.
 * No ledger is an empty one: a batch of an earlier version that was planned and never started has none. Throws
 * `BATCH_DAMAGED` where the file says what hostroll never writes; a torn last line is no damage.
 */
export async function readLedger(path: string, fold: LedgerFold, from = 0): Promise<number> {
  let end = from;
  try {
    for await (const line of linesOf<LedgerEvent>(path, from)) {
      if (!isEvent(line.value)) throw damaged(path, `the line after byte ${end} is no event of a ledger`);
      const entries = () =>
        elementSpans(Buffer.from(line.text)).map(({ offset, length }) => ({ offset: line.offset + offset, length }));
      fold.add(line.value, line, entries);
      end = line.offset + line.length + 1;
    }
  } catch (error) {
    if (error instanceof RangeError) throw damaged(path, error.message, error);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return end;
}

/** As `readJsonLines`, with a line that is no JSON object reported as damage at its place. */
export const linesOf = <T>(path: string, from = 0): AsyncGenerator<JsonLine<T>> =>
  readJsonLines<T>(path, from, undefined, (text, offset) => {
    let cause: unknown;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value;
    } catch (error) {
      cause = error;
    }
    throw damaged(path, `the line after byte ${Math.max(from, offset - 1)} is no JSON object`, cause);
  });

const NEWLINE = 0x0a;
const TAIL_BYTES = 1 << 12;

/**
 * The last event of a ledger, read from its end, however long it is: tells whether the batch is finished, and when it last
 * wrote anything. Undefined where there is none. Throws `BATCH_DAMAGED` where the last whole line is not JSON.
 */
export async function lastEvent(path: string): Promise<LedgerEvent | undefined> {
  const line = await lastLine(path);
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line) as LedgerEvent;
  } catch (error) {
    throw damaged(path, 'its last line is not JSON', error);
  }
}

/** The last line that has its end. */
async function lastLine(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    for (let length = TAIL_BYTES; ; length *= 4) {
      const start = Math.max(0, size - length);
      const bytes = await readBytes(file, start, size - start);
      const end = bytes.lastIndexOf(NEWLINE);
      const before = end <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
      if (end !== -1 && (before !== -1 || start === 0)) return bytes.toString('utf8', before + 1, end);
      if (start === 0) return undefined;
    }
  } finally {
    await file.close();
  }
}

/**
 * The last line of a finished batch, where it says what came of the rows: then nothing else need be read. Undefined for
 * every other batch, those of earlier versions included.
 */
export async function finishedTally(path: string): Promise<(Tally & { exit_code: number }) | undefined> {
  const event = await lastEvent(path);
  if (event?.type !== 'finished' || !isEvent(event)) return undefined;
  const { exit_code, counts, settled, codes, failures, calls, wave } = event;
  if (!counts || !settled || !codes || !failures || !calls || wave === undefined) return undefined;
  return { exit_code, counts, settled, codes, failures, calls, wave };
}
