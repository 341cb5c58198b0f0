import { LRUCache } from 'lru-cache';
import type { BatchId } from '../terms.ts';

/** Batches whose queues a worker keeps open: more than run at a time, fewer than a year of nights. */
const KEPT = 20;

interface Kept<Q> {
  queue: Q;
  /** Uses that are under way. */
  uses: number;
  /** Not kept any more: closed as soon as nobody uses it. */
  dropped: boolean;
}

/** The queues of one kind that a worker opens as jobs of their batches come by; the one not used for longest is let go of first. */
export class BatchQueues<Q extends { close(): Promise<unknown> }> {
  readonly #open: (batch: BatchId) => Q;
  readonly #kept: LRUCache<BatchId, Kept<Q>>;
  readonly #closing = new Set<Promise<unknown>>();

  constructor(open: (batch: BatchId) => Q) {
    this.#open = open;
    this.#kept = new LRUCache({
      max: KEPT,
      dispose: (kept) => {
        kept.dropped = true;
        this.#closeUnused(kept);
      },
    });
  }

  /** Lends the queue of a batch to `use`; it is not closed before that has ended. */
  async use<T>(batch: BatchId, use: (queue: Q) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(batch) ?? { queue: this.#open(batch), uses: 0, dropped: false };
    kept.uses++;
    if (!this.#kept.has(batch)) this.#kept.set(batch, kept);
    try {
      return await use(kept.queue);
    } finally {
      kept.uses--;
      this.#closeUnused(kept);
    }
  }

  /** Closes all of them; nobody uses one any more. */
  async close(): Promise<void> {
    this.#kept.clear();
    await Promise.all(this.#closing);
  }

  #closeUnused({ queue, uses, dropped }: Kept<Q>): void {
    if (!dropped || uses > 0) return;
    const closing = queue.close().catch(() => {});
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
