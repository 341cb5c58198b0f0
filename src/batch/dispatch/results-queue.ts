import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import * as z from '../../json/zod.ts';
import { LANE_RESULT, type LaneResult, resultsQueueName } from '../../lane/lane-result.ts';
import { workerOptions } from '../../lane/queue-options.ts';
import { fromQueue } from '../../lane/queue-value.ts';
import { type Job, Queue, UnrecoverableError } from '../../queue/bullmq.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJobs } from '../../queue/readable-jobs.ts';
import { ReadableWorker } from '../../queue/readable-worker.ts';
import type { BatchId } from '../../terms.ts';

/** More than group commit needs to fill a sync, less than would hold much in memory. */
const RESULTS_AT_ONCE = 200;
/** What a job carries: the results that a worker had at one moment. One of an earlier version has a single one. */
const ONE_OR_MORE = z.unknown().transform((value): unknown[] => (Array.isArray(value) ? value : [value]));
const POLL_MS = 50;
/** Results that take this long may be none that can be read. */
const POLLS_BEFORE_LOOKING = 20;

/**
 * The queue that workers of other processes bring a batch's results to; those of this process hand them over without it. What
 * lies in it and is no result is named in the log and set aside.
 */
export class ResultsQueue {
  readonly #name: string;
  readonly #backend: QueueBackend;
  readonly #log: Logger;
  readonly #queue: Queue;
  #worker: ReadableWorker | undefined;
  #endHandover = async (): Promise<void> => {};

  constructor(backend: QueueBackend, batch: BatchId, log: Logger) {
    this.#name = resultsQueueName(batch);
    this.#backend = backend;
    this.#log = log;
    this.#queue = new Queue(this.#name, backend.options, backend.factory);
    this.#queue.on('error', this.#report);
  }

  /** Begins to take results. Each is gone from the queue, and its job done, only when `take` has resolved. */
  start(take: (result: LaneResult) => Promise<void>): void {
    const { factory, handover } = this.#backend;
    this.#endHandover = handover.begin(this.#name, (result) => take(result as LaneResult));
    const working = { ...workerOptions(this.#backend), concurrency: RESULTS_AT_ONCE };
    this.#worker = new ReadableWorker(this.#name, (job: Job) => this.#take(job, take), working, factory);
    this.#worker.on('error', this.#report);
  }

  async #take(job: Job, take: (result: LaneResult) => Promise<void>): Promise<void> {
    const given = fromQueue(job.data, ONE_OR_MORE) ?? [undefined];
    const results = given.map((each) => LANE_RESULT.safeParse(each).data);
    await Promise.all(results.map((result) => result && take(result)));
    if (!results.includes(undefined)) return;
    this.#logUnreadable(job.id);
    // Set aside: tried again, it would be no more readable.
    throw new UnrecoverableError('what lies in the queue is no result of hostroll');
  }

  /** Resolves when no result of an earlier run is left to be taken. */
  async drained(): Promise<void> {
    for (let polls = 1; ; polls++) {
      const { waiting = 0, active = 0, delayed = 0 } = await this.#queue.getJobCounts('waiting', 'active', 'delayed');
      if (waiting + active + delayed === 0) return;
      if (polls % POLLS_BEFORE_LOOKING === 0) await this.#dropUnreadable();
      await delay(POLL_MS);
    }
  }

  /** What no worker can take (its options are no JSON) would be waited for for ever. One that is in a worker's hands can be dropped when its lock is over. */
  async #dropUnreadable(): Promise<void> {
    const ids: string[] = [];
    await readableJobs(this.#queue, ['waiting', 'active', 'delayed'], (id) => ids.push(id));
    for (const id of ids) if ((await this.#queue.remove(id).catch(() => 0)) > 0) this.#logUnreadable(id);
  }

  #logUnreadable(job: string | undefined): void {
    this.#log.error({ event: 'result_unreadable', job });
  }

  readonly #report = (error: Error): void => {
    this.#log.error({ event: 'coordinator_queue_error', error: error.message });
  };

  /** Takes no more results, and leaves nothing of the queue. */
  async obliterate(): Promise<void> {
    await this.#endHandover();
    await this.#worker?.close();
    await this.#queue.obliterate({ force: true });
  }

  async close(): Promise<void> {
    await this.#endHandover();
    await this.#worker?.close();
    await this.#queue.close();
  }
}
