import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import { WHO_ACTS } from '../../hostname/who-acts.ts';
import { rowsWhere, soonestFirst } from '../waiting-rows.ts';
import type { WatchedRow } from './page/values.ts';
import { watchedRow } from './watched-row.ts';

/** Most rows of a report file, and most bytes of their JSON: a file of 7 MB is known to hang browsers. */
const MOST_ROWS = 20_000;
const MOST_BYTES = 4_200_000;

/** JSON of rows that somebody must look at, one row each, and how many more there are. */
export interface RowsToLookAt {
  rows: WatchedRow[];
  leftOut: number;
}

/**
 * The rows of a batch that somebody must look at, as far as one file has room for them: those that went wrong or are in doubt,
 * in their order, then those that wait, with the soonest deadline first. Where there are too many, each of the two has half of
 * the room at least.
 */
export async function rowsToLookAt(fold: BatchFold, details: RowDetails): Promise<RowsToLookAt> {
  const { rows } = fold;
  const inDoubt = new Set(fold.stopped?.in_doubt);
  const isWrong = (row: number): boolean => {
    const outcome = rows.outcomeOf(row);
    if (outcome === 'unprocessed') return inDoubt.has(row);
    return (outcome !== 'edited' && outcome !== 'skipped') || (outcome === 'edited' && rows.notShown(row));
  };
  const wrong = Uint32Array.from(rowsWhere(fold, isWrong));
  const waiting = soonestFirst(fold, (row) => rows.waits(row) && !isWrong(row));
  // What Cloudflare is at comes last, whatever its deadline.
  const isOurs = (row: number) => WHO_ACTS[rows.phaseOf(row) ?? 'unrecognised'] !== 'cloudflare';
  const ordered = [...waiting.filter(isOurs), ...waiting.filter((row) => !isOurs(row))];
  const taken: WatchedRow[] = [];
  let bytes = 0;
  const take = async (of: Iterable<number>, room: { rows: number; bytes: number }) => {
    for (const row of of) {
      if (taken.length >= room.rows || bytes >= room.bytes) return;
      const watched = await watchedRow(fold, details, row);
      taken.push(watched);
      bytes += Buffer.byteLength(JSON.stringify(watched)) + 1;
    }
  };
  const half = ordered.length === 0 ? 1 : 2;
  await take(wrong, { rows: Math.max(MOST_ROWS / half, MOST_ROWS - ordered.length), bytes: MOST_BYTES / half });
  await take(ordered, { rows: MOST_ROWS, bytes: MOST_BYTES });
  return { rows: taken, leftOut: wrong.length + ordered.length - taken.length };
}
