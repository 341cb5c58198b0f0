import type { Logger } from 'pino';
import { BundleQueue } from '../../lane/bundle-queue.ts';
import type { LaneJob } from '../../lane/lane-job.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import type { BatchId } from '../../terms.ts';
import { BundleIndex } from '../ledger/bundle-file.ts';

/**
 * Keeps in the queue the sealed bundles that its rows need, and no others: put there before the first row that names one,
 * and again whenever more rows do (a queue that lost its rows lost the bundles, too); taken out with the last of them.
 */
export class QueuedBundles {
  readonly #queue: Pick<BundleQueue, 'put' | 'remove' | 'clear' | 'close'>;
  readonly #index: Pick<BundleIndex, 'read' | 'close'>;
  /** Rows in the queue, by job key, and how many of them need each bundle. */
  readonly #bundleOf = new Map<string, string>();
  readonly #users = new Map<string, number>();
  /** One change at a time: a bundle must not be taken out while it is being put there. */
  #last: Promise<void> = Promise.resolve();

  /** Bundles are read from `index`, and stand in `queue` while they are needed. */
  constructor(
    queue: Pick<BundleQueue, 'put' | 'remove' | 'clear' | 'close'>,
    index: Pick<BundleIndex, 'read' | 'close'>,
  ) {
    this.#queue = queue;
    this.#index = index;
  }

  static async open(parts: {
    backend: QueueBackend;
    batch: BatchId;
    path: string;
    log: Logger;
  }): Promise<QueuedBundles> {
    const { backend, batch, path, log } = parts;
    return new QueuedBundles(new BundleQueue(backend, batch, log), await BundleIndex.open(path));
  }

  /** Resolves when every bundle that these jobs need is in the queue. */
  put(jobs: readonly LaneJob[]): Promise<void> {
    const needed = new Set<string>();
    for (const job of jobs) {
      if (job.kind !== 'row' || job.bundle === undefined) continue;
      needed.add(job.bundle);
      if (this.#bundleOf.has(job.key)) continue;
      this.#bundleOf.set(job.key, job.bundle);
      this.#users.set(job.bundle, (this.#users.get(job.bundle) ?? 0) + 1);
    }
    if (needed.size === 0) return Promise.resolve();
    return this.#next(async () => {
      const bundles = await Promise.all([...needed].map((id) => this.#index.read(id)));
      await this.#queue.put(bundles.filter((bundle) => bundle !== undefined));
    });
  }

  /** The row has its outcome. Resolves when the bundle is gone from the queue, where no other row needs it. */
  release(key: string): Promise<void> {
    const id = this.#bundleOf.get(key);
    if (id === undefined) return Promise.resolve();
    this.#bundleOf.delete(key);
    const left = (this.#users.get(id) ?? 1) - 1;
    if (left > 0) {
      this.#users.set(id, left);
      return Promise.resolve();
    }
    this.#users.delete(id);
    return this.#next(async () => {
      if (!this.#users.has(id)) await this.#queue.remove(id);
    });
  }

  /** Leaves nothing of this batch in the queue. */
  clear(): Promise<void> {
    this.#bundleOf.clear();
    this.#users.clear();
    return this.#next(() => this.#queue.clear());
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#queue.close();
    await this.#index.close();
  }

  #next(change: () => Promise<void>): Promise<void> {
    const done = this.#last.then(change);
    // A refusal reaches the caller; the chain itself goes on.
    this.#last = done.catch(() => {});
    return done;
  }
}
