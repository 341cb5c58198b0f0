import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { replaceFile } from '../../disk/replace-file.ts';
import { guardCell } from '../../manifest/cell-guard.ts';
import { printableLines } from '../../text/printable.ts';

/** Characters gathered before a write; bounds the memory of a writer. */
const WRITE_CHUNK = 1 << 16;

/** Writes `chunks` to a file, whole or not at all, as fast as the disk takes them. */
export const streamText = (path: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void> =>
  replaceFile(path, (file) => writeChunks(file, chunks));

/**
 * CSV as text, piece by piece. Every cell passes through `guard`, so that a spreadsheet does not run what came from a manifest
 * or from the API, and nothing in it hides.
 */
export const csvText = (
  header: readonly string[],
  rows: AsyncIterable<readonly string[]>,
  guard: (cell: string) => string = guardCell,
): Readable =>
  // What the rows throw reaches the reader through the stream.
  pipeline(guarded(header, rows, guard), stringify().setEncoding('utf8'), () => {});

async function* guarded(
  header: readonly string[],
  rows: AsyncIterable<readonly string[]>,
  guard: (cell: string) => string,
): AsyncGenerator<string[]> {
  const shown = (cell: string): string => guard(printableLines(cell));
  yield header.map(shown);
  for await (const row of rows) yield row.map(shown);
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
