import type { WatchedRow } from '../report/html/page/values.ts';
import { watchedRow } from '../report/html/watched-row.ts';
import { soonestFirst } from '../report/waiting-rows.ts';
import type { RowBook } from './row-book.ts';

/** Most hostnames that a page lists; the CSV files have all. */
const MOST = 500;

/** The rows that wait, soonest deadline first. */
export async function pendingRows({ fold, details }: RowBook): Promise<WatchedRow[]> {
  const waiting = soonestFirst(fold, (row) => fold.rows.waits(row)).subarray(0, MOST);
  const rows: WatchedRow[] = [];
  for (const row of waiting) rows.push(await watchedRow(fold, details, row));
  return rows;
}
