import {
  type Field,
  findColumn,
  isRemark,
  isSecretPath,
  KNOWN_PATHS,
  METADATA_PREFIX,
  metadataKeyFault,
  SECRET_SENTENCE,
} from './fields.ts';
import { didYouMean } from './nearest.ts';
import { ownFile } from './own-files.ts';
import { problem } from './problem.ts';
import { isShowableName, quoteValue } from './quote-value.ts';
import type { ManifestProblem } from './row.ts';
import { isUnread, type UnreadColumns } from './unread-columns.ts';

export interface CsvHeader {
  /** For each column its field; undefined for a column that is not read. */
  fields: (Field | undefined)[];
  problems: ManifestProblem[];
}

/**
 * Finds the field of every column of the header on `line`, or every reason why the file cannot be read by it. Fixed names are
 * compared without case, metadata keys exactly. A column without a name has no field; whether anything stands in it is
 * for its rows to say.
 */
export function readHeader(cells: readonly string[], line: number, unread: UnreadColumns = {}): CsvHeader {
  const own = ownFile(cells);
  if (own !== undefined) return { fields: [], problems: [problem('MANIFEST_UNKNOWN_COLUMN', own, { line })] };
  const problems: ManifestProblem[] = [];
  const seen = new Set<string>();
  const fields = cells.map((cell, index) => {
    const name = cell.trim();
    if (name === '') return undefined;
    const place = { line, column: isShowableName(name) ? name : `column ${index + 1}` };
    const field = findColumn(name);
    const path = field?.path ?? name;
    if (seen.has(path)) {
      const message = `the column ${quoteValue(name)} is there twice; keep one of them`;
      problems.push(problem('MANIFEST_DUPLICATE_COLUMN', message, place));
      return undefined;
    }
    seen.add(path);
    if (isRemark(name)) return undefined;
    if (isSecretPath(name)) {
      problems.push(problem('MANIFEST_SECRET_COLUMN', SECRET_SENTENCE, place));
      return undefined;
    }
    if (isUnread(name, field !== undefined, unread)) return undefined;
    const fault = field?.kind === 'metadata' ? metadataKeyFault(name.slice(METADATA_PREFIX.length)) : undefined;
    if (fault !== undefined) problems.push(problem('MANIFEST_BAD_METADATA_KEY', fault, place));
    if (field === undefined) problems.push(problem('MANIFEST_UNKNOWN_COLUMN', unknownColumn(name), place));
    return field;
  });
  return { fields, problems };
}

function unknownColumn(name: string): string {
  if (name.toLowerCase() === 'custom_metadata') return '"custom_metadata" needs a key, as in custom_metadata.plan';
  const advice = '; remove it, or leave it unread with --ignore-columns (docs/manifest.md)';
  return `there is no column ${quoteValue(name)}${didYouMean(name, KNOWN_PATHS) || advice}`;
}
