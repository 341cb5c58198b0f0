import { expect, it } from 'vitest';
import { TextColumn, TextTable } from '../../../src/batch/ledger/text-column.ts';

it('holds the texts of rows, however many there are', () => {
  const rows = 70_000;
  const column = new TextColumn(rows, new TextTable());
  for (let row = 2; row <= rows; row++) column.set(row, `text ${row}`);
  column.set(3, undefined);
  expect([1, 2, 3, 65_534, 65_536, rows].map((row) => column.at(row))).toEqual([
    ...[undefined, 'text 2', undefined],
    ...['text 65534', 'text 65536', 'text 70000'],
  ]);
});
