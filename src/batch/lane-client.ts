import { type Job, Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { LaneLimit } from '../lane/budget.ts';
import { type LaneJob, laneJobId, laneQueueName, type NewReadJob, newLaneJob, type RowJob } from '../lane/lane-job.ts';
import { type LaneResult, type ReadValue, type RowResult, resultsQueueName } from '../lane/lane-result.ts';
import { JOB_OPTIONS, WORKER_OPTIONS } from '../lane/queue-options.ts';
import { fromQueue, toQueue } from '../lane/queue-value.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { type BatchId, type CallCounts, HostrollError, SECOND } from '../terms.ts';
import { removeJobs } from './clear-lane.ts';
import { JobWatch } from './job-watch.ts';

/** Whoever runs a batch hears of results through these. Each is awaited before the result leaves its queue. */
export interface LaneListener {
  rowDone(result: RowResult): Promise<void>;
  cooling(until: string, reason: string): Promise<void>;
  refused(code: string, message: string, rowInDoubt: number | undefined): Promise<void>;
  /** `forRow`: the calls were made for one row, whose outcome counts them, too. */
  called(calls: CallCounts, forRow: boolean): void;
}

/** Rows without outcome that may have been sent: waiting for a read after a doubtful answer, or being called right now. */
export interface Withdrawn {
  inDoubt: number[];
  active: number[];
}

/** More than group commit needs to fill a sync, less than would hold much in memory. */
const RESULTS_AT_ONCE = 200;
const CHECK_EVERY_MS = 5 * SECOND;

/**
 * A coordinator's end of a lane: hands jobs to its queue and takes their results from the batch's own results queue. A
 * result is gone from there only after the listener has kept it; until then any crash brings it again.
 */
export class LaneClient {
  readonly batch: BatchId;
  readonly #lane: Queue;
  readonly #results: Queue;
  readonly #worker: Worker;
  readonly #listener: LaneListener;
  readonly #reads = new Map<string, { resolve(value: ReadValue): void; reject(error: Error): void }>();
  readonly #watch: JobWatch;
  readonly #timer: NodeJS.Timeout;
  #limit: LaneLimit | undefined;
  #refusal: HostrollError | undefined;

  constructor(parts: { backend: QueueBackend; lane: string; batch: BatchId; listener: LaneListener; log: Logger }) {
    const { backend, lane, batch, listener, log } = parts;
    const { options, factory } = backend;
    this.batch = batch;
    this.#listener = listener;
    this.#lane = new Queue(laneQueueName(lane), { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
    this.#results = new Queue(resultsQueueName(batch), options, factory);
    const working = { ...WORKER_OPTIONS, ...options, concurrency: RESULTS_AT_ONCE };
    this.#worker = new Worker(
      resultsQueueName(batch),
      (job: Job) => this.#take(fromQueue(job.data) as LaneResult),
      working,
      factory,
    );
    const report = (error: Error) => log.error({ event: 'coordinator_queue_error', error: error.message });
    this.#lane.on('error', report);
    this.#results.on('error', report);
    this.#worker.on('error', report);
    this.#watch = new JobWatch(
      {
        has: async (job) => (await this.#lane.getJob(laneJobId(job))) !== undefined,
        drained: () => this.drained(),
        again: (jobs) => {
          log.warn({ event: 'jobs_lost', count: jobs.length, first: jobs[0]?.key });
          return this.#add(jobs.map((job) => (job.kind === 'row' ? { ...job, step: 'read' } : job)));
        },
        giveUp: (job) => this.#giveUp(job),
      },
      Date.now,
    );
    this.#timer = setInterval(() => void this.#watch.check().catch(report), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  /** Sets the lane's limit in the queue, where it holds for every worker, whoever started it. */
  async setLimit(limit: LaneLimit): Promise<void> {
    this.#limit = limit;
    await this.#lane.setGlobalRateLimit(limit.max, limit.durationMs);
  }

  /** Makes one read through the lane. Throws a `HostrollError` with the call's code where it brought nothing. */
  read(job: NewReadJob): Promise<ReadValue> {
    return new Promise<ReadValue>((resolve, reject) => {
      if (this.#refusal !== undefined) throw this.#refusal;
      this.#reads.set(job.key, { resolve, reject });
      this.#add([newLaneJob(job)]).catch(reject);
    });
  }

  /** Hands rows to the lane. A row that is there already stays as it is. */
  feed(jobs: readonly RowJob[]): Promise<void> {
    return this.#add(jobs);
  }

  /** A server that lost its data lost the limit, too, so that it is set with all that is added under it. */
  async #add(jobs: readonly LaneJob[]): Promise<void> {
    for (const job of jobs) this.#watch.asked(job);
    if (this.#limit !== undefined) await this.setLimit(this.#limit);
    await this.#lane.addBulk(
      jobs.map((job) => ({ name: job.kind, data: toQueue(job), opts: { ...JOB_OPTIONS, jobId: laneJobId(job) } })),
    );
  }

  async #giveUp(job: LaneJob): Promise<void> {
    const { key, calls } = job;
    const code = 'JOB_LOST';
    const message = 'The queue lost the job of this row again and again, or every worker that took it died.';
    if (job.kind === 'row')
      await this.#listener.rowDone({ kind: 'row', key, row: job.row, calls, outcome: 'gave_up', code, message });
    else this.#settle(key, ({ reject }) => reject(new HostrollError(code, message)));
  }

  /** Resolves when no result of an earlier run is left to be taken. */
  async drained(): Promise<void> {
    for (;;) {
      const { waiting = 0, active = 0, delayed = 0 } = await this.#results.getJobCounts('waiting', 'active', 'delayed');
      if (waiting + active + delayed === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Takes this batch's jobs back out of the lane. Resolves with the rows that may have been sent. */
  async withdraw(): Promise<Withdrawn> {
    this.#watch.forgetAll();
    const withdrawn: Withdrawn = { inDoubt: [], active: [] };
    for (const { job, removed } of await removeJobs(this.#lane, (candidate) => candidate.batch === this.batch)) {
      if (job.kind !== 'row') continue;
      if (!removed) withdrawn.active.push(job.row);
      else if (job.step === 'read') withdrawn.inDoubt.push(job.row);
    }
    return withdrawn;
  }

  /** Takes this batch's own reads of an earlier run out of the lane: nobody waits for them any more. */
  async clearReads(): Promise<void> {
    await removeJobs(this.#lane, (job) => job.batch === this.batch && job.kind !== 'row');
  }

  /** Reads that wait fail with `error`: nobody will answer them any more. */
  abandonReads(error: Error): void {
    for (const key of this.#reads.keys()) this.#watch.done(key);
    for (const { reject } of this.#reads.values()) reject(error);
    this.#reads.clear();
  }

  /** Leaves nothing of this batch in the queue: for when it is finished. */
  async discardResults(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker.close();
    await this.#results.obliterate({ force: true });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker.close();
    await Promise.all([this.#lane.close(), this.#results.close()]);
  }

  async #take(result: LaneResult): Promise<void> {
    switch (result.kind) {
      case 'row':
        this.#listener.called(result.calls, true);
        await this.#listener.rowDone(result);
        return this.#watch.done(result.key);
      case 'cooling':
        this.#watch.coolingUntil(Date.parse(result.until));
        return this.#listener.cooling(result.until, result.reason);
      case 'answer':
        this.#listener.called(result.calls, false);
        return this.#settle(result.key, ({ resolve }) => resolve(result.value));
      case 'failure':
        this.#listener.called(result.calls, false);
        return this.#settle(result.key, ({ reject }) => reject(new HostrollError(result.code, result.message)));
      case 'refused': {
        this.#listener.called(result.calls, false);
        this.#watch.done(result.key);
        const refusal = new HostrollError(result.code, result.message);
        this.#refusal = refusal;
        this.abandonReads(refusal);
        return this.#listener.refused(result.code, result.message, result.row_in_doubt);
      }
    }
  }

  /** A read nobody waits for any more was asked for by a run that has ended. */
  #settle(key: string, settle: (read: { resolve(value: ReadValue): void; reject(error: Error): void }) => void): void {
    const read = this.#reads.get(key);
    this.#reads.delete(key);
    this.#watch.done(key);
    if (read !== undefined) settle(read);
  }
}
