import { stringify } from 'csv-stringify/sync';
import { stringifyExact } from '../json/exact-json.ts';
import type { Json, JsonObject } from '../terms.ts';
import { printableLines } from '../text/printable.ts';
import { guardCell, unguardCell } from './cell-guard.ts';
import { ERROR_COLUMNS } from './fields.ts';
import { jsonCells } from './json-columns.ts';
import type { RowSource } from './row.ts';

/** A row to hand back, with the reason; rows that were never processed have none. */
export interface ReturnedRow {
  source: RowSource;
  code?: string;
  message?: string;
  /** Of the call that failed. */
  cf_ray?: string;
}

/** Makes the lines of a CSV file that is a manifest again: the columns of `header`, then `ERROR_COLUMNS`. */
export interface CsvWriter {
  /** The first line of the file. */
  header(): string;
  /** One line per row; give it rows in groups, since setting up the writer costs more than a row. */
  lines(rows: readonly ReturnedRow[]): string;
}

/**
 * `header` is that of the CSV manifest as written or, for a JSONL manifest, `orderColumns` over the columns of all rows
 * (see `jsonCells`). Throws where a row has a member that the header has no column for.
 */
export function csvWriter(header: readonly string[]): CsvWriter {
  const kept = header.map((name) => !ERROR_COLUMNS.includes(name.trim().toLowerCase()));
  const columns = header.filter((_, at) => kept[at]);
  const cellsOf = (source: RowSource): string[] => {
    // A row with too many or too few cells keeps them all: padding it would make another row of it.
    if (Array.isArray(source))
      return source.filter((_, at) => kept[at] ?? true).map((cell) => guardCell(unguardCell(cell)));
    const cells = jsonCells(source);
    const line = columns.map((column) => guardCell(cells.get(column) ?? ''));
    for (const column of columns) cells.delete(column);
    const [left] = cells.keys();
    if (left !== undefined) throw new Error(`the CSV header has no column for the member ${left}`);
    return line;
  };
  return {
    header: () => toCsv([[...columns, ...ERROR_COLUMNS]]),
    lines: (rows) =>
      toCsv(
        rows.map(({ source, code, message, cf_ray }) => [
          ...cellsOf(source),
          // The row's own cells stay what they are; these are read by people alone.
          ...[code, message, cf_ray].map((cell) => guardCell(printableLines(cell ?? ''))),
        ]),
      ),
  };
}

const toCsv = (rows: string[][]): string =>
  rows.length === 0 ? '' : stringify(rows, { record_delimiter: '\n', quoted_match: /[\r\n]/ });

/** One line of a JSONL file that is a manifest again: the row's object with its reason. */
export function jsonLine({ source, code, message, cf_ray }: ReturnedRow & { source: JsonObject }): string {
  const members: [string, Json][] = Object.entries(source).filter(([key]) => !ERROR_COLUMNS.includes(key));
  if (code !== undefined) members.push(['error_code', code]);
  if (message !== undefined) members.push(['error_message', message]);
  if (cf_ray !== undefined) members.push(['cf_ray', cf_ray]);
  return `${stringifyExact(Object.fromEntries(members))}\n`;
}
