import { type ReadOptions, readManifest } from '../../src/manifest/read-manifest.ts';
import type { InvalidRow, ManifestEntry, ManifestProblem, ManifestSummary, Row } from '../../src/manifest/row.ts';

export interface ReadResult {
  entries: ManifestEntry[];
  rows: Row[];
  invalid: InvalidRow[];
  fileProblems: ManifestProblem[];
  /** Codes of all problems, in file order. */
  codes: string[];
  summary: ManifestSummary | undefined;
}

export interface ReadEntriesOptions extends ReadOptions {
  name?: string;
  /** Lengths of the chunks the bytes are cut into; the last chunk takes the rest. */
  cuts?: number[];
}

async function* cutUp(bytes: Buffer, cuts: number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const length of cuts) {
    yield bytes.subarray(start, start + length);
    start += length;
  }
  yield bytes.subarray(start);
}

/** Reads a whole manifest from text or bytes. */
export async function readEntries(content: string | Buffer, options: ReadEntriesOptions = {}): Promise<ReadResult> {
  const bytes = Buffer.from(content);
  const { name = '-', cuts = [], ...reading } = options;
  const manifest = readManifest({ name, bytes: cutUp(bytes, cuts) }, reading);
  const result: ReadResult = { entries: [], rows: [], invalid: [], fileProblems: [], codes: [], summary: undefined };
  for await (const entry of manifest.entries) {
    result.entries.push(entry);
    if (entry.kind === 'row') result.rows.push(entry.row);
    if (entry.kind === 'invalid') {
      result.invalid.push(entry.invalid);
      result.codes.push(...entry.invalid.problems.map((each) => each.code));
    }
    if (entry.kind === 'file') {
      result.fileProblems.push(entry.problem);
      result.codes.push(entry.problem.code);
    }
  }
  if (result.fileProblems.length === 0) result.summary = manifest.summary();
  return result;
}

/** Lines of a JSONL manifest. */
export const jsonl = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
