import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../manifest/cell-guard.ts';

export const LIST_FORMATS = ['text', 'json', 'jsonl', 'csv'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

/** How one kind of thing is written. */
export interface ListForms<T> {
  lines(one: T): string[];
  columns: readonly string[];
  /** Cells of one or more lines of CSV. */
  rows(one: T): string[][];
}

/** How a list is written: what stands before the first, one of them (`nth` from 1), and what ends a list of `count`. */
interface Form<T> {
  begin: string;
  each(one: T, nth: number): string;
  end(count: number): string;
}

function formOf<T>(format: ListFormat, { lines, columns, rows }: ListForms<T>): Form<T> {
  switch (format) {
    case 'text':
      return {
        begin: '',
        each: (one) =>
          lines(one)
            .map((line) => `${line}\n`)
            .join(''),
        end: () => '',
      };
    case 'json':
      return {
        begin: '',
        each: (one, nth) => (nth === 1 ? '[\n' : ',\n') + JSON.stringify(one),
        end: (count) => (count === 0 ? '[]\n' : '\n]\n'),
      };
    case 'jsonl':
      return { begin: '', each: (one) => `${JSON.stringify(one)}\n`, end: () => '' };
    case 'csv':
      return {
        begin: stringify([[...columns]]),
        each: (one) => stringify(rows(one).map((cells) => cells.map(guardCell))),
        end: () => '',
      };
  }
}

/** Writes a list as it comes, piece by piece; broken off where `interrupt` aborts. */
export async function writeList<T>(
  list: AsyncIterable<T>,
  { format, ...forms }: ListForms<T> & { format: ListFormat },
  { write, interrupt }: { write(text: string): Promise<void>; interrupt: AbortSignal },
): Promise<void> {
  const { begin, each, end } = formOf(format, forms);
  let count = 0;
  await write(begin);
  for await (const one of list) {
    count += 1;
    await write(each(one, count));
    if (interrupt.aborted) return;
  }
  await write(end(count));
}
