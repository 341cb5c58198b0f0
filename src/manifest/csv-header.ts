import {
  ERROR_COLUMNS,
  type Field,
  findField,
  isSecretPath,
  KNOWN_PATHS,
  METADATA_PREFIX,
  metadataKeyFault,
  SECRET_SENTENCE,
} from './fields.ts';
import { didYouMean } from './nearest.ts';
import { problem } from './problem.ts';
import { isShowableName, quoteValue } from './quote-value.ts';
import type { ManifestProblem } from './row.ts';

export interface CsvHeader {
  /** For each column its field; undefined for a column that is not read. */
  fields: (Field | undefined)[];
  problems: ManifestProblem[];
}

/** Finds the field of every column of the header on `line`, or every reason why the file cannot be read by it. */
export function readHeader(cells: readonly string[], line: number): CsvHeader {
  const problems: ManifestProblem[] = [];
  const seen = new Set<string>();
  const fields = cells.map((cell, index) => {
    const name = cell.trim();
    const place = { line, column: isShowableName(name) ? name : `column ${index + 1}` };
    if (seen.has(name) && name !== '') {
      const message = `the column ${quoteValue(name)} is there twice; keep one of them`;
      problems.push(problem('MANIFEST_DUPLICATE_COLUMN', message, place));
      return undefined;
    }
    seen.add(name);
    if (ERROR_COLUMNS.includes(name)) return undefined;
    if (isSecretPath(name)) {
      problems.push(problem('MANIFEST_SECRET_COLUMN', SECRET_SENTENCE, place));
      return undefined;
    }
    const field = findField(name);
    const fault = field?.kind === 'metadata' ? metadataKeyFault(name.slice(METADATA_PREFIX.length)) : undefined;
    if (fault !== undefined) problems.push(problem('MANIFEST_BAD_METADATA_KEY', fault, place));
    if (field === undefined) problems.push(problem('MANIFEST_UNKNOWN_COLUMN', unknownColumn(name, index), place));
    return field;
  });
  return { fields, problems };
}

function unknownColumn(name: string, index: number): string {
  if (name === '') return `column ${index + 1} has no name; name it, or remove it`;
  if (name === 'custom_metadata') return '"custom_metadata" needs a key, as in custom_metadata.plan';
  return `there is no column ${quoteValue(name)}${didYouMean(name, KNOWN_PATHS) || '; remove it, or see docs/manifest.md'}`;
}
