import type { LedgerEvent } from './ledger-event.ts';
import { ledgerPath, linesOf } from './ledger-fold.ts';
import { readBatchFile } from './read-batch-file.ts';

/** When a batch last wrote anything, in milliseconds since the epoch: its planning where it never started. */
export async function lastInstant(folder: string): Promise<number> {
  let last = Date.parse((await readBatchFile(folder)).created_at);
  try {
    for await (const { value } of linesOf<LedgerEvent>(ledgerPath(folder))) last = Math.max(last, Date.parse(value.at));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return last;
}
