import { readBatchFile } from '../batch/ledger/batch-file.ts';
import { type BatchFolder, batchFolder, listBatches } from '../batch/ledger/batch-folder.ts';
import { LedgerFold } from '../batch/ledger/ledger-fold.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { readLedger } from '../batch/ledger/read-ledger.ts';
import { RowTable } from '../batch/ledger/row-table.ts';
import type { Snapshot } from '../batch/plan/snapshot.ts';
import { CARRIED_OVER } from '../batch/run/run-limits.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { DCV_CHECKS, scheduleEnd } from '../hostname/check-schedule.ts';
import { HostrollError } from '../terms.ts';

/** What earlier batches of a state folder tell of some hostnames, each at its number. */
export interface EarlierBatches {
  /** When the last `ssl` edit of each was taken, in milliseconds since 1970; 0 where none is known. */
  restartedAt: Float64Array;
  /** 1 where the last sweep about it was to send it and did not. */
  carriedOver: Uint8Array;
}

/** An edit from before then has nothing to say any more: the schedule of checks it began is over. */
const REACH_MS = scheduleEnd(DCV_CHECKS);

/**
 * Reads the batches of `state` that may have to do with the hostnames of `snapshot`, oldest first, so that
 * what came last stands. A batch that cannot be read is left out.
 */
export async function readEarlierBatches(state: string, snapshot: Snapshot, now: number): Promise<EarlierBatches> {
  const count = snapshot.size;
  const earlier: EarlierBatches = { restartedAt: new Float64Array(count), carriedOver: new Uint8Array(count) };
  for (const batch of await listBatches(state)) {
    const folder = batchFolder(state, batch);
    try {
      const file = await readBatchFile(folder.path);
      if (Date.parse(file.created_at) < now - REACH_MS) continue;
      const sent = await plannedToSend(folder.plan, snapshot, earlier, file.kind === 'sweep');
      if (sent.size > 0) await takeOutcomes(folder, file.manifest.rows, sent, earlier);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!(error instanceof HostrollError || error instanceof SyntaxError || code === 'ENOENT')) throw error;
    }
  }
  return earlier;
}

/** Rows that the plan meant to send with an `ssl` object, and the numbers of their hostnames. */
async function plannedToSend(plan: string, snapshot: Snapshot, earlier: EarlierBatches, sweep: boolean) {
  const sent = new Map<number, number>();
  for await (const { value } of readJsonLines<PlanRow>(plan)) {
    const number = snapshot.numberOf(value);
    if (number === undefined) continue;
    if (value.body?.ssl !== undefined) sent.set(value.row, number);
    // Until its outcome says otherwise, a sweep that meant to send it still owes it.
    if (sweep) earlier.carriedOver[number] = value.body !== undefined || value.code === CARRIED_OVER ? 1 : 0;
  }
  return sent;
}

async function takeOutcomes(
  folder: BatchFolder,
  rows: number,
  sent: ReadonlyMap<number, number>,
  earlier: EarlierBatches,
): Promise<void> {
  const fold = new LedgerFold(new RowTable(rows));
  await readLedger(folder.ledger, fold);
  for (const [row, number] of sent) {
    if (!fold.rows.isRecorded(row)) continue;
    earlier.carriedOver[number] = fold.rows.code.at(row) === CARRIED_OVER ? 1 : 0;
    earlier.restartedAt[number] = Math.max(earlier.restartedAt[number] ?? 0, fold.rows.editedAt(row) ?? 0);
  }
}
