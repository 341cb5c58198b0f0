import type { BatchFile } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import { LedgerFold } from '../ledger/ledger-fold.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { RowTable } from '../ledger/row-table.ts';
import type { BatchView } from './batch-view.ts';
import { type LiveView, liveViewOf } from './live-view.ts';

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
    const live = liveViewOf(file);
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
