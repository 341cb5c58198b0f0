import { readdir } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { readPlannedFile } from '../batch/ledger/batch-file.ts';
import { type BatchFolder, batchFolder, findBatch, listBatches } from '../batch/ledger/batch-folder.ts';
import { type BatchStatus, batchStatus } from '../batch/view/batch-status.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { LedgerView } from '../batch/view/ledger-view.ts';
import { RowBook } from './row-book.ts';

/** Batches whose rows are kept in memory: a person looks at one or two at a time. */
const BOOKS = 2;

/** The batches of a state folder, for who looks at them: everything comes from their files. */
export class OpenBatches {
  readonly #state: string;
  readonly #books = new LRUCache<string, RowBook>({ max: BOOKS, dispose: (book) => void book.close() });
  readonly #views = new LRUCache<string, Promise<LedgerView>>({ max: 8 });

  constructor(state: string) {
    this.#state = state;
  }

  /** All of them, the newest first. */
  async list(): Promise<BatchStatus[]> {
    const all: BatchStatus[] = [];
    for (const batch of (await listBatches(this.#state)).reverse())
      all.push(await batchStatus(batchFolder(this.#state, batch)));
    return all;
  }

  /** Throws `BATCH_UNKNOWN`. */
  folder(batch: string): Promise<BatchFolder> {
    return findBatch(this.#state, batch);
  }

  /** The rows of a batch, up to what its ledger says now. Throws `BATCH_UNKNOWN`, `BATCH_NOT_FOUND` and `BATCH_DAMAGED`. */
  async book(batch: string): Promise<RowBook> {
    const folder = await this.folder(batch);
    const book = this.#books.get(folder.batch) ?? (await RowBook.open(folder));
    this.#books.set(folder.batch, book);
    await book.readOn();
    return book;
  }

  /** Where a batch stands; undefined while it has no plan. Throws as `book` does. */
  async view(folder: BatchFolder): Promise<BatchView | undefined> {
    const file = await readPlannedFile(folder.path);
    if (file === undefined) return undefined;
    const opened = this.#views.get(folder.batch) ?? LedgerView.open(folder, file);
    this.#views.set(folder.batch, opened);
    const live = await opened;
    await live.readOn();
    return live.view();
  }

  /** Files of a batch that a person may want to open. */
  files(folder: BatchFolder): Promise<string[]> {
    return readdir(folder.path).then((names) =>
      names.filter((name) => /^[a-z-]+\.(csv|json|txt|html)$/.test(name)).sort(),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#books.values()].map((book) => book.close()));
  }
}
