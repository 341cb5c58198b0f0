import type { BatchFile } from '../batch/ledger/batch-file.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { textOfValue } from '../json/exact-json.ts';
import type { Json } from '../terms.ts';

type Manifest = Pick<BatchFile['manifest'], 'notes' | 'header'>;

/** What a row has in the columns of the operator's own (`note.…`, `--keep-columns`), by their names. */
export function rowNotes(
  { notes = [], header = [] }: Manifest,
  { source }: Pick<PlanRow, 'source'>,
): Record<string, string> {
  return Object.fromEntries(notes.map((name) => [name, source === undefined ? '' : noteIn(source, name, header)]));
}

function noteIn(source: NonNullable<PlanRow['source']>, name: string, header: readonly string[]): string {
  if (Array.isArray(source)) return source[header.findIndex((column) => column.trim() === name)] ?? '';
  const group = source.note;
  const nested =
    typeof group === 'object' && group !== null && !Array.isArray(group)
      ? group[name.slice('note.'.length)]
      : undefined;
  const value: Json | undefined = Object.hasOwn(source, name) ? source[name] : nested;
  return value === undefined || value === null ? '' : textOfValue(value);
}
