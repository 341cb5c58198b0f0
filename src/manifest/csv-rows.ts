import { cellValue } from './cell-value.ts';
import { type CsvHeader, readHeader } from './csv-header.ts';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import type { Field } from './fields.ts';
import type { FinishRow } from './finish-row.ts';
import type { ManifestEntry } from './row.ts';
import { addProblem, newDraft, type RowDraft } from './row-draft.ts';
import { noteField, setField } from './set-field.ts';
import type { Bytes } from './source-bytes.ts';
import type { UnreadColumns } from './unread-columns.ts';

/**
 * The entries of a CSV manifest, in groups. `onHeader` is told the header as written. A header with problems ends the
 * reading: what its rows mean would be a guess.
 */
export async function* csvEntries(
  text: Bytes,
  delimiter: string,
  finish: FinishRow,
  { onHeader, unread }: { onHeader: (header: string[]) => void; unread: UnreadColumns },
): AsyncGenerator<ManifestEntry[]> {
  let header: NamedHeader | undefined;
  let row = 0;
  for await (const records of csvRecords(text, delimiter)) {
    const entries: ManifestEntry[] = [];
    for (const record of records) {
      if (header !== undefined) {
        row += 1;
        entries.push(finish(draftOf(record, header, row), record.cells));
        continue;
      }
      onHeader(record.cells);
      header = { ...readHeader(record.cells, record.line, unread), names: record.cells };
      if (header.problems.length > 0) {
        yield header.problems.map((each) => ({ kind: 'file', problem: each }));
        return;
      }
    }
    yield entries;
  }
}

type NamedHeader = CsvHeader & { names: readonly string[] };

function draftOf({ cells, line }: CsvRecord, { fields, names }: NamedHeader, row: number): RowDraft {
  const draft = newDraft(row, line);
  if (cells.length !== fields.length) {
    const message = `the row has ${count(cells.length)}, the header has ${fields.length}; which value belongs where is not clear`;
    draft.unread = true;
    addProblem(draft, 'MANIFEST_CELL_COUNT', message);
    return draft;
  }
  for (let at = 0; at < cells.length; at++) {
    const field = fields[at];
    const cell = cells[at];
    if (cell === undefined || cell === '') continue;
    if (field !== undefined) setCell(draft, field, cell);
    else if (names[at]?.trim() === '' && cell.trim() !== '') {
      addProblem(draft, 'MANIFEST_CELL_COUNT', `column ${at + 1} has a value, but no name; name it, or empty it`);
    }
  }
  return draft;
}

function setCell(draft: RowDraft, field: Field, cell: string): void {
  const read = cellValue(field, cell);
  if (read.kind === 'value') setField(draft, field, read.value);
  if (read.kind !== 'fault') return;
  noteField(draft, field);
  addProblem(draft, 'MANIFEST_BAD_VALUE', read.message, field.path);
}

const count = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`);
