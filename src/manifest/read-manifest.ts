import { createHash } from 'node:crypto';
import { checkText, fromUtf16 } from './checked-text.ts';
import { csvEntries } from './csv-rows.ts';
import { Duplicates } from './duplicates.ts';
import { rowFinisher } from './finish-row.ts';
import { delimiterOf, formatOfContent, formatOfName, holdsFirstLine } from './format.ts';
import { jsonEntries } from './json-rows.ts';
import { FileProblem, problem } from './problem.ts';
import type { ManifestEntry, ManifestSummary } from './row.ts';
import { type Bytes, peek, readSource, unpack } from './source-bytes.ts';
import { noteColumns, type UnreadColumns } from './unread-columns.ts';

export interface ManifestInput {
  /** Path of the file, or `-`; its extension tells the format, where it is one of .csv, .jsonl, .ndjson (and .gz). */
  name: string;
  /** A Readable of bytes, or any other async iterable of them. Not closed before it has ended, or reading has. */
  bytes: Bytes;
}

export interface ReadOptions {
  unread?: UnreadColumns;
  /** Most bytes of its text, unpacked; see `boundedBy`. */
  maxBytes?: number;
  /** Rows that ask for no certificate are offered the one that is for their hostname. */
  matchNames?: boolean;
}

export interface Manifest {
  /** Everything in the file, in its order. Read as it is asked for, once; stopping early closes the input. */
  entries: AsyncIterable<ManifestEntry>;
  /** Throws until `entries` has been read to its end, and for ever where there was a `file` problem. */
  summary(): ManifestSummary;
}

/** Columns of their own that rows take along at most: JSON rows may each name others. */
const MOST_NOTES = 50;

/**
 * Reads a manifest: CSV or JSON lines, plain or gzip. Holds one chunk of the file and about 35 bytes per name in memory.
 * What is wrong with the manifest comes as entries; a fault of the input itself is a `file` problem, too.
 */
export function readManifest(input: ManifestInput, { unread = {}, maxBytes, matchNames }: ReadOptions = {}): Manifest {
  const digest = createHash('sha256');
  let rows = 0;
  let found: Pick<ManifestSummary, 'format' | 'header'> | undefined;
  const notes = new Set<string>();
  let summary: ManifestSummary | undefined;

  async function* groups(): AsyncGenerator<ManifestEntry[]> {
    const text = checkText(fromUtf16(unpack(readSource(input.bytes, digest), maxBytes)));
    const { head, rest } = await peek(text, holdsFirstLine);
    const format = formatOfName(input.name) ?? formatOfContent(head);
    found = { format };
    const finish = rowFinisher(new Duplicates(), matchNames);
    const onNotes = (paths: readonly string[]): void => {
      for (const path of paths) if (notes.size < MOST_NOTES) notes.add(path);
    };
    if (format === 'jsonl') return yield* jsonEntries(rest, finish, { unread, onNotes });
    const onHeader = (header: string[]): void => {
      found = { format, header };
      onNotes(noteColumns(header, unread));
    };
    yield* csvEntries(rest, delimiterOf(head), finish, { onHeader, unread });
  }

  async function* entries(): AsyncGenerator<ManifestEntry> {
    try {
      for await (const group of groups()) {
        for (const entry of group) {
          yield entry;
          if (entry.kind !== 'file') rows += 1;
          else found = undefined;
        }
      }
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      found = undefined;
      yield { kind: 'file', problem: error.problem };
    }
    if (found === undefined) return;
    const kept = notes.size === 0 ? {} : { notes: [...notes] };
    if (rows > 0) summary = { ...found, ...kept, sha256: digest.digest('hex'), rows };
    else yield { kind: 'file', problem: problem('MANIFEST_EMPTY', 'the manifest has no rows') };
  }

  return {
    entries: entries(),
    summary() {
      if (summary === undefined) throw new Error('the manifest has no summary: it was not read to its end');
      return summary;
    },
  };
}
