import type { FileHandle } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { replaceFile } from '../../disk/replace-file.ts';
import { guardCell } from '../../manifest/cell-guard.ts';
import { printableLines } from '../../text/printable.ts';

/** Characters gathered before a write; bounds the memory of a writer. */
const WRITE_CHUNK = 1 << 16;

/** Writes `chunks` to a file, whole or not at all, as fast as the disk takes them. */
export const streamText = (path: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void> =>
  replaceFile(path, (file) => writeChunks(file, chunks));

/** Rows made to text at once: setting the writer up costs more than a row. */
const GROUP = 500;

/**
 * CSV as text, piece by piece. Every cell passes through `guard`, so that a spreadsheet does not run what came from a manifest
 * or from the API, and nothing in it hides.
 */
export async function* csvText(
  header: readonly string[],
  rows: AsyncIterable<readonly string[]>,
  guard: (cell: string) => string = guardCell,
): AsyncGenerator<string> {
  const shown = (cell: string): string => (cell === '' ? '' : guard(printableLines(cell)));
  let group = [header.map(shown)];
  for await (const row of rows) {
    if (group.push(row.map(shown)) < GROUP) continue;
    yield stringify(group);
    group = [];
  }
  if (group.length > 0) yield stringify(group);
}

async function writeChunks(file: FileHandle, chunks: AsyncIterable<string> | Iterable<string>): Promise<void> {
  let pending = '';
  for await (const chunk of chunks) {
    pending += chunk;
    if (pending.length < WRITE_CHUNK) continue;
    await file.writeFile(pending);
    pending = '';
  }
  await file.writeFile(pending);
}
