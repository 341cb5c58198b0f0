import { foldBatch } from '../batch/ledger/batch-fold.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import { withDetails } from '../batch/ledger/row-details.ts';
import { formatInstant } from '../text/format-time.ts';

/**
 * The nearest deadline that a pause of the batch endangers, as a sentence: that of a hostname that waits for its validation, as
 * it was read last, or the end of the time that the batch was given. Undefined where none is known. `now` in milliseconds.
 */
export async function endangeredText(folder: BatchFolder, now: number): Promise<string | undefined> {
  const fold = await foldBatch(folder.path);
  const { rows, batch } = fold;
  let nearest: { row: number; at: number } | undefined;
  for (let row = 1; row <= rows.rows; row++) {
    const at = rows.waits(row) ? rows.deadlineOf(row) : undefined;
    if (at !== undefined && at > now && at < (nearest?.at ?? Number.POSITIVE_INFINITY)) nearest = { row, at };
  }
  const until = batch.limits?.until;
  const ends = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (until !== undefined && ends < (nearest?.at ?? Number.POSITIVE_INFINITY)) {
    return `The time of the batch ends ${formatInstant(until)}, paused or not.`;
  }
  if (nearest === undefined) return undefined;
  const { row, at } = nearest;
  const { hostname = '' } = await withDetails(fold, (details) => details.planned(row));
  return `The nearest deadline that a pause endangers: ${hostname} (row ${row}) loses its validation ${formatInstant(at)}.`;
}
