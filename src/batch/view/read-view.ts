import type { BatchFile } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import type { Tally } from '../ledger/ledger-event.ts';
import { finishedTally } from '../ledger/read-ledger.ts';
import type { BatchView } from './batch-view.ts';
import { liveViewOf } from './live-view.ts';

/** The view of a batch as its files tell it now; of a finished one, by the last line of its ledger. Throws `BATCH_DAMAGED`. */
export async function readView(folder: BatchFolder, file: BatchFile): Promise<BatchView> {
  const tally = await finishedTally(folder.ledger);
  if (tally === undefined) {
    const { LedgerView } = await import('./ledger-view.ts');
    return (await LedgerView.open(folder, file)).view();
  }
  const live = liveViewOf(file);
  live.follow(finished(file, tally), file);
  return live.view();
}

const finished = ({ manifest }: BatchFile, { counts, settled, codes, failures, calls, wave }: Tally) => ({
  standing: { stage: 'finished', wave } as const,
  calls,
  cooling: [],
  rows: {
    ...{ rows: manifest.rows, counts, settledCounts: () => settled, errors: new Map(Object.entries(codes)) },
    failures: new Map(Object.entries(failures)),
  },
});
