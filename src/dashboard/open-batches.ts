import { readdir } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { type BatchFile, readPlannedFile } from '../batch/ledger/batch-file.ts';
import { type BatchFolder, batchFolder, findBatch, listBatches } from '../batch/ledger/batch-folder.ts';
import { finishedTally } from '../batch/ledger/read-ledger.ts';
import { type BatchStatus, batchStatuses } from '../batch/view/batch-status.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { LedgerView } from '../batch/view/ledger-view.ts';
import { readView } from '../batch/view/read-view.ts';
import type { Follower, Told } from './page/values.ts';
import { RowBook } from './row-book.ts';
import { BatchStory } from './told.ts';

/** Batches whose rows are kept in memory: a person looks at one or two at a time. */
const BOOKS = 2;
/** Batches whose ledgers are read on, where they are not finished: 9 bytes a row each. */
const VIEWS = 16;

/** The batches of a state folder, for who looks at them: everything comes from their files. */
export class OpenBatches {
  readonly #state: string;
  readonly #books = new LRUCache<string, Promise<RowBook>>({ max: BOOKS, dispose: (book) => void closed(book) });
  readonly #views = new LRUCache<string, Promise<LedgerView>>({ max: VIEWS });
  readonly #stories = new LRUCache<string, Promise<BatchStory>>({ max: VIEWS });

  constructor(state: string) {
    this.#state = state;
  }

  /** All of them, the newest first. */
  async list(): Promise<BatchStatus[]> {
    return (await batchStatuses(this.#state, (folder, file) => this.#viewOf(folder, file))).reverse();
  }

  /** Batches whose rows come from this one's, and why. One that cannot be read is left out. */
  async followers(of: BatchFolder): Promise<Follower[]> {
    const followers: Follower[] = [];
    // A batch follows an older one, and ids are in the order of their times.
    for (const batch of (await listBatches(this.#state)).filter((id) => id > of.batch)) {
      const file = await readPlannedFile(batchFolder(this.#state, batch).path).catch(() => undefined);
      if (file?.follows?.batch === of.batch) followers.push({ batch, as: file.follows.as });
    }
    return followers;
  }

  /** Throws `BATCH_UNKNOWN`. */
  folder(batch: string): Promise<BatchFolder> {
    return findBatch(this.#state, batch);
  }

  /** The rows of a batch, up to what its ledger says now. Throws `BATCH_UNKNOWN`, `BATCH_NOT_FOUND` and `BATCH_DAMAGED`. */
  async book(batch: string): Promise<RowBook> {
    const folder = await this.folder(batch);
    return kept(this.#books, folder.batch, async () => {
      const book = await RowBook.open(folder);
      book.whole().catch(() => this.#books.delete(folder.batch));
      return book;
    });
  }

  /** Where a batch stands; undefined while it has no plan. Throws as `book` does. */
  async view(folder: BatchFolder): Promise<BatchView | undefined> {
    const file = await readPlannedFile(folder.path);
    return file && this.#viewOf(folder, file);
  }

  async #viewOf(folder: BatchFolder, file: BatchFile): Promise<BatchView> {
    // Of a finished one the last line says everything.
    const isOver = !this.#views.has(folder.batch) && (await finishedTally(folder.ledger)) !== undefined;
    if (isOver) return readView(folder, file);
    return (await kept(this.#views, folder.batch, () => LedgerView.open(folder, file))).view();
  }

  /** What happened to it as a whole, the oldest first. */
  async told({ batch, ledger }: BatchFolder): Promise<Told[]> {
    return (await kept(this.#stories, batch, async () => new BatchStory(ledger))).told;
  }

  /** Files of a batch that a person may want to open. */
  files(folder: BatchFolder): Promise<string[]> {
    return readdir(folder.path).then((names) =>
      names.filter((name) => /^[a-z-]+\.(csv|json|txt|html)$/.test(name)).sort(),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#books.values()].map(closed));
  }
}

const closed = (book: Promise<RowBook>): Promise<void> =>
  book.then(
    (one) => one.close(),
    () => {},
  );

/** What is open, read on; what fails is opened anew by who asks next, for its files may be fixed by then. */
async function kept<T extends { readOn(): Promise<void> }>(
  cache: LRUCache<string, Promise<T>>,
  key: string,
  open: () => Promise<T>,
): Promise<T> {
  const opened = cache.get(key) ?? open();
  cache.set(key, opened);
  try {
    const one = await opened;
    await one.readOn();
    return one;
  } catch (error) {
    if (cache.peek(key) === opened) cache.delete(key);
    throw error;
  }
}
