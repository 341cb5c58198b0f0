import type { BatchId } from '../terms.ts';

/** Batches whose queues a worker keeps open: more than run at a time, fewer than a year of nights. */
const KEPT = 20;

/** The queues of one kind that a worker opens as jobs of their batches come by; the one opened first is let go of first. */
export class BatchQueues<Q extends { close(): Promise<unknown> }> {
  readonly #open: (batch: BatchId) => Q;
  readonly #queues = new Map<BatchId, Q>();

  constructor(open: (batch: BatchId) => Q) {
    this.#open = open;
  }

  of(batch: BatchId): Q {
    const known = this.#queues.get(batch);
    if (known !== undefined) return known;
    const queue = this.#open(batch);
    this.#queues.set(batch, queue);
    const [oldest] = this.#queues;
    if (oldest !== undefined && this.#queues.size > KEPT) {
      this.#queues.delete(oldest[0]);
      void oldest[1].close().catch(() => {});
    }
    return queue;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
