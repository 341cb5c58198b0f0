import { callsPerSecond, laneLimit } from '../../lane/budget.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import type { Tally } from '../ledger/ledger-event.ts';
import { LedgerFold } from '../ledger/ledger-fold.ts';
import { finishedTally, readLedger } from '../ledger/read-ledger.ts';
import { RowTable } from '../ledger/row-table.ts';
import type { BatchView } from './batch-view.ts';
import { LiveView } from './live-view.ts';

/** The view of a batch that another process carries out, from its ledger, which is read on as it grows. */
export class LedgerView {
  readonly fold: LedgerFold;
  readonly #live: LiveView;
  readonly #path: string;
  #end: number;
  #reading: Promise<void> = Promise.resolve();

  private constructor(path: string, fold: LedgerFold, end: number, live: LiveView) {
    this.#path = path;
    this.fold = fold;
    this.#end = end;
    this.#live = live;
  }

  /** Throws `BATCH_DAMAGED`. */
  static async open({ ledger }: BatchFolder, file: BatchFile): Promise<LedgerView> {
    const fold = new LedgerFold(new RowTable(file.manifest.rows));
    const end = await readLedger(ledger, fold);
    const live = liveView(file);
    live.follow(fold, file);
    return new LedgerView(ledger, fold, end, live);
  }

  /** Takes in what was written since the last reading. Readings follow each other: two at once would count the same twice. */
  readOn(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { list, read, edit } = this.fold.calls;
    this.#end = await readLedger(this.#path, this.fold, this.#end);
    const { calls } = this.fold;
    this.#live.called({ list: calls.list - list, read: calls.read - read, edit: calls.edit - edit });
  }

  view(): BatchView {
    return this.#live.view();
  }
}

/** The view of a batch as its files tell it now; of a finished one, by the last line of its ledger. Throws `BATCH_DAMAGED`. */
export async function readView(folder: BatchFolder, file: BatchFile): Promise<BatchView> {
  const tally = await finishedTally(folder.ledger);
  if (tally === undefined) return (await LedgerView.open(folder, file)).view();
  const live = liveView(file);
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

const liveView = ({ lanes }: BatchFile): LiveView =>
  new LiveView(
    lanes.map(({ name, share, quota: { calls, window_seconds: windowSeconds } }) => {
      const quota = { calls, windowSeconds };
      return { name, quota, share, perSecond: callsPerSecond(laneLimit(quota, share)) };
    }),
    Date.now,
  );
