import { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { Lane } from '../../lane/lane.ts';
import { type LaneJob, laneJobId, laneQueueName } from '../../lane/lane-job.ts';
import { JOB_OPTIONS } from '../../lane/queue-options.ts';
import { toQueue } from '../../lane/queue-value.ts';
import { patiently } from '../../queue/patiently.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { removeJobs } from './clear-lane.ts';
import { JobWatch, type WatchedQueue } from './job-watch.ts';

/** What handing jobs to a lane takes. */
export type LimitedLane = Pick<Lane, 'name' | 'limit'>;

export interface BatchLaneQueueParts {
  backend: QueueBackend;
  lane: LimitedLane;
  log: Logger;
  /** Resolves when every result that has come in is taken. */
  drained: WatchedQueue['drained'];
  giveUp: WatchedQueue['giveUp'];
  /** Puts into the queue what jobs need beside themselves, before they are there. */
  provide(jobs: readonly LaneJob[]): Promise<void>;
}

/** What a coordinator hands to one lane, watched until it is answered. */
export class BatchLaneQueue {
  readonly lane: LimitedLane;
  readonly watch: JobWatch;
  readonly #queue: Queue;
  readonly #provide: BatchLaneQueueParts['provide'];
  readonly #tell: (error: Error) => void;

  constructor({ backend, lane, log, drained, giveUp, provide }: BatchLaneQueueParts) {
    this.lane = lane;
    this.#provide = provide;
    const { options, factory } = backend;
    this.#queue = new Queue(laneQueueName(lane.name), { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
    this.#tell = (error) => log.error({ event: 'coordinator_queue_error', error: error.message });
    this.#queue.on('error', this.#tell);
    this.watch = new JobWatch(
      {
        has: async (job) => (await this.#queue.getJob(laneJobId(job))) !== undefined,
        drained,
        again: (jobs) => {
          log.warn({ event: 'jobs_lost', lane: lane.name, count: jobs.length, first: jobs[0]?.key });
          return this.add(jobs.map((job) => (job.kind === 'row' ? { ...job, step: 'read', in_doubt: true } : job)));
        },
        giveUp,
      },
      Date.now,
    );
  }

  /** Sets the lane's limit in the queue, where it holds for every worker, whoever started it. */
  async setLimit(): Promise<void> {
    const { max, durationMs } = this.lane.limit;
    await this.#queue.setGlobalRateLimit(max, durationMs);
  }

  /**
   * Hands jobs over; one that is there already stays as it is. A server that lost its data lost the limit, too, so that it
   * is set with all that is added under it. Waits for a server that takes nothing now.
   */
  async add(jobs: readonly LaneJob[]): Promise<void> {
    for (const job of jobs) this.watch.asked(job);
    await patiently(() => this.#hand(jobs), { onAway: this.#tell });
  }

  async #hand(jobs: readonly LaneJob[]): Promise<void> {
    await this.setLimit();
    await this.#provide(jobs);
    await this.#queue.addBulk(
      jobs.map((job) => ({ name: job.kind, data: toQueue(job), opts: { ...JOB_OPTIONS, jobId: laneJobId(job) } })),
    );
  }

  /** Workers that are on the lane now; undefined where the queue cannot tell. */
  async workers(): Promise<number | undefined> {
    return this.#queue.getWorkersCount().catch(() => undefined);
  }

  /** Takes the jobs that match back out of the lane. */
  remove(matches: (job: LaneJob) => boolean): ReturnType<typeof removeJobs> {
    return removeJobs(this.#queue, matches);
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
