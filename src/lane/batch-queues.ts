import { LRUCache } from 'lru-cache';
import type { BatchId } from '../terms.ts';

/** Batches whose queues a worker keeps open: more than run at a time, fewer than a year of nights. */
const KEPT = 20;

/** The queues of one kind that a worker opens as jobs of their batches come by; the one not used for longest is closed first. */
export class BatchQueues<Q extends { close(): Promise<unknown> }> {
  readonly #open: (batch: BatchId) => Q;
  readonly #queues = new LRUCache<BatchId, Q>({
    max: KEPT,
    dispose: (queue, _batch, reason) => {
      if (reason === 'evict') void queue.close().catch(() => {});
    },
  });

  constructor(open: (batch: BatchId) => Q) {
    this.#open = open;
  }

  of(batch: BatchId): Q {
    return this.#queues.get(batch) ?? this.#opened(batch);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #opened(batch: BatchId): Q {
    const queue = this.#open(batch);
    this.#queues.set(batch, queue);
    return queue;
  }
}
