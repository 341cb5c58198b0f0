import { randomUUID } from 'node:crypto';
import { setImmediate as tick } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Queue } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import type { BatchId } from '../terms.ts';
import { type LaneResult, resultsQueueName } from './lane-result.ts';
import { JOB_OPTIONS } from './queue-options.ts';
import { toQueue } from './queue-value.ts';

/**
 * Brings the results of one batch to a coordinator elsewhere, those of one moment as one job. A row whose job is done twice
 * has two results, of which the ledger takes the first.
 */
export class ResultsOut {
  readonly #queue: Queue;
  readonly #lockMs: number;
  #waiting: LaneResult[] = [];
  #sending: Promise<void> | undefined;

  constructor({ options, factory, lockMs }: QueueBackend, batch: BatchId, log: Pick<Logger, 'error'>) {
    this.#queue = new Queue(resultsQueueName(batch), { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
    this.#lockMs = lockMs;
    this.#queue.on('error', (error) => log.error({ event: 'results_queue_error', error: error.message }));
  }

  /** Resolves when the result is in the queue. */
  put(result: LaneResult): Promise<void> {
    this.#waiting.push(result);
    this.#sending ??= this.#send();
    return this.#sending;
  }

  async #send(): Promise<void> {
    await tick();
    const results = this.#waiting;
    this.#waiting = [];
    this.#sending = undefined;
    const sent = Date.now();
    // Sent again by a connection that broke meanwhile it is stored once, as its id says.
    const stored = await this.#queue.add('results', toQueue(results), { jobId: randomUUID() });
    // Held back by an outage longer than the lock: the jobs are other workers' by now, and their batch may have ended.
    if (Date.now() - sent > this.#lockMs) await stored.remove().catch(() => {});
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
