import type { Logger } from 'pino';
import type { LaneLimit } from '../../lane/budget.ts';
import { coolingLeft, coolLane, endAbsurdCooling } from '../../lane/cooling.ts';
import type { Lane, LaneSight, Retry } from '../../lane/lane.ts';
import { LANE_JOB, type LaneJob, laneJobId, laneQueueName } from '../../lane/lane-job.ts';
import { type Priority, queuePriority } from '../../lane/priority.ts';
import { JOB_OPTIONS } from '../../lane/queue-options.ts';
import { fromQueue, toOwnQueue } from '../../lane/queue-value.ts';
import { Queue } from '../../queue/bullmq.ts';
import { patiently } from '../../queue/patiently.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJob } from '../../queue/readable-jobs.ts';
import { type BatchId, SECOND } from '../../terms.ts';
import { outdateJobs, removeJobs } from './clear-lane.ts';
import { JobWatch, type WatchedQueue } from './job-watch.ts';

/** What handing jobs to a lane takes. */
export type LimitedLane = Pick<Lane, 'name' | 'limit'>;

/** So short that nobody calls it cooling, and long enough to take back what would begin next. It ends by itself, whoever dies. */
const HUSH_MS = 1.5 * SECOND;

export interface BatchLaneQueueParts {
  backend: QueueBackend;
  lane: LimitedLane;
  log: Logger;
  now(): number;
  /** Of what is added from now on. */
  priority?: (() => Priority) | undefined;
  /** Resolves when every result that has come in is taken. */
  drained: WatchedQueue['drained'];
  giveUp: WatchedQueue['giveUp'];
  /** Puts into the queue what jobs need beside themselves, before they are there. */
  provide(jobs: readonly LaneJob[]): Promise<void>;
}

/** Of so many looks at a lane that answers, one counts its workers. */
const LOOKS_PER_COUNT = 6;

/** What a coordinator hands to one lane, watched until it is answered. */
export class BatchLaneQueue {
  readonly lane: LimitedLane;
  readonly #name: string;
  readonly #limits: QueueBackend['limits'];
  readonly watch: JobWatch;
  readonly #queue: Queue;
  readonly #priority: () => Priority;
  readonly #provide: BatchLaneQueueParts['provide'];
  readonly #tell: (error: Error) => void;
  readonly #log: Logger;
  /** The workers of a queue that one process alone can reach are in that process. */
  readonly #isExclusive: boolean;
  #workers: number | undefined;
  #looks = 0;

  constructor({ backend, lane, log, now, priority = () => 'normal', drained, giveUp, provide }: BatchLaneQueueParts) {
    this.lane = lane;
    this.#priority = priority;
    this.#provide = provide;
    this.#log = log;
    const { options, factory, exclusive, limits } = backend;
    this.#name = laneQueueName(lane.name);
    this.#limits = limits;
    limits.set(this, this.#name, lane.limit);
    this.#isExclusive = exclusive;
    this.#queue = new Queue(this.#name, { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
    this.#tell = (error) => log.error({ event: 'coordinator_queue_error', error: error.message });
    this.#queue.on('error', this.#tell);
    this.watch = new JobWatch(
      {
        has: (job) => this.#has(laneJobId(job)),
        drained,
        again: (jobs) => {
          log.warn({ event: 'jobs_lost', lane: lane.name, count: jobs.length, first: jobs[0]?.key });
          return this.add(jobs.map((job) => (job.kind === 'row' ? { ...job, step: 'read', in_doubt: true } : job)));
        },
        giveUp,
      },
      now,
    );
  }

  /** From here on the batch holds the lane to this limit. */
  async tune(limit: LaneLimit): Promise<void> {
    this.#limits.set(this, this.#name, limit);
    await this.setLimit();
  }

  /** What the lane is held to: the lowest limit of all who are on it. */
  get limit(): LaneLimit {
    return this.#limits.lowest(this.#name) ?? this.lane.limit;
  }

  /** Sets the lane's limit in the queue, where it holds for every worker. */
  async setLimit(): Promise<void> {
    const { max, durationMs } = this.limit;
    await this.#queue.setGlobalRateLimit(max, durationMs);
  }

  /**
   * Hands jobs over; one that is there already stays as it is. A server that lost its data lost the limit, too, so that it
   * is set with all that is added under it. Waits for a server that takes nothing now.
   */
  async add(jobs: readonly LaneJob[]): Promise<void> {
    const ahead = this.watch.size;
    for (const job of jobs) this.watch.asked(job);
    await patiently(() => this.#hand(jobs, ahead), { onAway: this.#tell });
  }

  async #hand(jobs: readonly LaneJob[], ahead: number): Promise<void> {
    await this.setLimit();
    await this.#provide(jobs);
    const own = this.#priority();
    await this.#queue.addBulk(
      jobs.map((job, at) => {
        const opts = { jobId: laneJobId(job), priority: queuePriority(own, ahead + at) };
        return { name: job.kind, data: toOwnQueue(job, LANE_JOB), opts };
      }),
    );
  }

  /** Lets no call begin on the lane for a moment, of whatever batch. */
  async hush(): Promise<void> {
    await coolLane(this.#queue, HUSH_MS);
  }

  /** How long the lane makes no calls yet, in milliseconds, whoever stopped it. */
  coolingLeft(): Promise<number> {
    return coolingLeft(this.#queue);
  }

  /** Lets the lane go on that something has stopped for longer than anybody may. */
  async endAbsurdCooling(): Promise<void> {
    const left = await endAbsurdCooling(this.#queue);
    if (left !== undefined)
      this.#log.warn({ event: 'absurd_cooling_ended', lane: this.lane.name, seconds_left: left / SECOND });
  }

  /** A job that cannot be read is none: it is taken out, so that it can be added again. */
  async #has(id: string): Promise<boolean> {
    let unreadable = false;
    const job = await readableJob(this.#queue, id, () => {
      unreadable = true;
    });
    if (unreadable) {
      this.#log.error({ event: 'lane_job_unreadable', lane: this.lane.name, job: id });
      await this.#queue.remove(id);
    }
    return job !== undefined;
  }

  /** Who is on the lane, and what its jobs wait for where answers have not come for long. */
  async look(): Promise<LaneSight> {
    const isQuiet = this.watch.isQuiet();
    // Who is on a lane that answers is asked for now and then: the list of a server's clients is long.
    if (isQuiet || this.#looks++ % LOOKS_PER_COUNT === 0) this.#workers = await this.#countWorkers();
    const isUnattended = isQuiet && this.#workers === 0;
    const retry = this.watch.isSilent() && !isUnattended ? await this.#retry() : undefined;
    return { workers: this.#workers, isUnattended, retry };
  }

  /** Undefined where the queue cannot tell. That of one process has no list of who is on it. */
  async #countWorkers(): Promise<number | undefined> {
    if (this.#isExclusive) return undefined;
    const workers = await this.#queue.getWorkers().catch(() => [{}]);
    // BullMQ's own way to say that the server has no list of clients is a client without a raw name.
    return workers.every((worker) => 'rawname' in worker) ? workers.length : undefined;
  }

  /** The first of the jobs that are made again as their calls failed; undefined where others are made before. */
  async #retry(): Promise<Retry | undefined> {
    if ((await this.#queue.getJobCountByTypes('waiting', 'active', 'prioritized')) > 0) return undefined;
    const [id] = await this.#queue.getRanges(['delayed'], 0, 0, true);
    const job = id === undefined ? undefined : await readableJob(this.#queue, id);
    const { due, tries = 0, trouble } = (job && fromQueue(job.data, LANE_JOB)) ?? {};
    if (due === undefined) return undefined;
    return {
      at: due,
      nth: tries + 1,
      most: trouble?.most_tries ?? tries + 1,
      reason: trouble?.message ?? 'the call failed',
    };
  }

  /** Takes the jobs that match back out of the lane. */
  remove(matches: (job: LaneJob) => boolean): ReturnType<typeof removeJobs> {
    return removeJobs(this.#queue, matches);
  }

  /** Rows of the batch that wait in the lane are read before they are sent. */
  outdate(batch: BatchId): Promise<void> {
    return outdateJobs(this.#queue, batch);
  }

  close(): Promise<void> {
    this.#limits.drop(this);
    return this.#queue.close();
  }
}
