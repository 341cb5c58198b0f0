import type { LaneJob } from '../../lane/lane-job.ts';
import { MINUTE, SECOND } from '../../terms.ts';

/** A lane this quiet, without cooling, may have lost jobs; each look that finds none doubles the wait for the next. */
const QUIET_MS = 10 * SECOND;
const SILENT_MS = 1 * SECOND;
const LONGEST_QUIET_MS = 1 * MINUTE;
/** Where a job is lost more often than this the queue keeps nothing: no use in asking for it again. */
const MOST_LOSSES = 3;

export interface WatchedQueue {
  /** Whether the queue still knows the job, in whatever state. */
  has(job: LaneJob): Promise<boolean>;
  /** Resolves when every result that has come in is taken. */
  drained(): Promise<void>;
  /** Asks for the jobs once more; a row may have been sent meanwhile. */
  again(jobs: LaneJob[]): Promise<void>;
  /** The job has been lost too often. */
  giveUp(job: LaneJob): Promise<void>;
}

/**
 * Keeps what was asked of a lane until it is answered, and notices what the queue has lost: jobs that are neither answered
 * nor in the queue. A queue loses jobs when its server loses data.
 */
export class JobWatch {
  readonly #asked = new Map<string, { job: LaneJob; losses: number }>();
  readonly #queue: WatchedQueue;
  readonly #now: () => number;
  #quietMs = QUIET_MS;
  #lastSign: number;
  #lastAnswer: number;
  #checking: Promise<void> | undefined;

  constructor(queue: WatchedQueue, now: () => number) {
    this.#queue = queue;
    this.#now = now;
    this.#lastSign = now();
    this.#lastAnswer = now();
  }

  asked(job: LaneJob): void {
    if (this.#asked.size === 0) this.#lastAnswer = Math.max(this.#lastAnswer, this.#now());
    this.#asked.set(job.key, { job, losses: this.#asked.get(job.key)?.losses ?? 0 });
  }

  /** The job is answered, or taken back. False for one that was not asked for here, which says nothing about this lane. */
  done(key: string): boolean {
    if (!this.#asked.delete(key)) return false;
    this.#lastAnswer = Math.max(this.#lastAnswer, this.#now());
    this.#lastSign = Math.max(this.#lastSign, this.#lastAnswer);
    this.#quietMs = QUIET_MS;
    return true;
  }

  /** The lane makes no calls until then, so that silence means nothing. */
  coolingUntil(instant: number): void {
    this.#lastAnswer = Math.max(this.#lastAnswer, instant);
    this.#lastSign = Math.max(this.#lastSign, instant);
  }

  /** Jobs that are not answered. */
  get size(): number {
    return this.#asked.size;
  }

  forgetAll(): void {
    this.#asked.clear();
  }

  /** Whether answers have not come for so long that something may be wrong. */
  isQuiet(): boolean {
    return this.#asked.size > 0 && this.#now() >= this.#lastAnswer + QUIET_MS;
  }

  /** Whether no answer has come for longer than most calls take: their calls may be failing. */
  isSilent(): boolean {
    return this.#asked.size > 0 && this.#now() >= this.#lastAnswer + SILENT_MS;
  }

  /** Looks for lost jobs if the lane has been quiet; one look at a time. */
  check(): Promise<void> {
    if (this.#asked.size === 0 || this.#now() < this.#lastSign + this.#quietMs) return Promise.resolve();
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #look(): Promise<void> {
    const suspects = [];
    for (const entry of [...this.#asked.values()]) if (!(await this.#queue.has(entry.job))) suspects.push(entry);
    // A job that was answered is not in the queue either: its answer may be on its way.
    if (suspects.length > 0) await this.#queue.drained();
    const lost = suspects.filter((entry) => this.#asked.get(entry.job.key) === entry);
    for (const entry of lost) entry.losses++;
    const hopeless = lost.filter(({ losses }) => losses > MOST_LOSSES);
    for (const { job } of hopeless) {
      this.#asked.delete(job.key);
      await this.#queue.giveUp(job);
    }
    const again = lost.filter(({ losses }) => losses <= MOST_LOSSES);
    if (again.length > 0) await this.#queue.again(again.map(({ job }) => job));
    this.#quietMs = lost.length > 0 ? QUIET_MS : Math.min(this.#quietMs * 2, LONGEST_QUIET_MS);
    this.#lastSign = Math.max(this.#lastSign, this.#now());
  }
}
