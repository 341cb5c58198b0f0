import { verdictOfSkipped } from '../../hostname/certificates.ts';
import { type BatchFile, damaged, readBatchFile } from './batch-file.ts';
import { batchPaths } from './batch-folder.ts';
import { LedgerFold, readingOf } from './ledger-fold.ts';
import type { PlanRow } from './plan-row.ts';
import { linesOf, readLedger } from './read-ledger.ts';
import { RowRecords } from './row-records.ts';

/** A batch as its files tell it at one moment: its plan and its ledger, with the place of every row in them. */
export class BatchFold extends LedgerFold<RowRecords> {
  readonly folder: string;
  readonly batch: BatchFile;

  constructor(folder: string, batch: BatchFile) {
    super(new RowRecords(batch.manifest.rows));
    this.folder = folder;
    this.batch = batch;
  }
}

/**
 * Reads a batch folder in one pass over `plan.jsonl` and one over `ledger.jsonl`, also while the batch is running and
 * before it has a ledger. A row the plan skips or rejects has that outcome from the start. Throws `BATCH_NOT_FOUND`,
 * and `BATCH_DAMAGED` where a file says what hostroll never writes; a torn last line of the ledger is no damage.
 */
export async function foldBatch(folder: string): Promise<BatchFold> {
  const fold = new BatchFold(folder, await readBatchFile(folder));
  const { plan, ledger } = batchPaths(folder);
  await foldPlan(plan, fold.rows);
  await readLedger(ledger, fold);
  return fold;
}

/** Takes in the rows of a plan, in their order; `each` is given every one. Throws `BATCH_DAMAGED`. */
export async function foldPlan(path: string, rows: RowRecords, each: (row: PlanRow) => void = () => {}): Promise<void> {
  let read = 0;
  for await (const { value, offset, length } of linesOf<PlanRow>(path)) {
    read += 1;
    if (value.row !== read || !rows.has(read)) throw damaged(path, `row ${value.row} where row ${read} was expected`);
    rows.planned.set(read, { offset, length });
    const { decision, code, bundle, status, ssl_status } = value;
    if (decision === 'skip') rows.plan(read, 'skipped', code);
    else if (decision === 'reject') rows.plan(read, 'rejected', code);
    each(value);
    if (status === undefined) continue;
    const reading = readingOf({ status, ssl_status });
    if (decision === 'skip' && bundle !== undefined) reading.certificate = verdictOfSkipped(code, reading.settlement);
    rows.read(read, reading, false);
  }
  if (read !== rows.rows) throw damaged(path, `${read} rows where batch.json counts ${rows.rows}`);
}
