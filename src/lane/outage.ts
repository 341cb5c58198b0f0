import type { Answer } from '../cloudflare/client.ts';
import { HOUR, MINUTE, SECOND } from '../terms.ts';
import type { LaneJob } from './lane-job.ts';
import { doubtful, type NextStep } from './next-step.ts';

/** Rows one after the other whose calls bring no answer, nor any other call in between, before it is the API that is away. */
export const ROWS_WITHOUT_ANSWER = 5;
/** Between two calls that try whether it is back: a quarter of the time that it is away already, within these. */
const PROBE_MS = { least: 5 * SECOND, most: MINUTE };
/** A night's outage. After that rows are given up as ever, so that a stop rule ends the batch, which can be resumed. */
const LONGEST_MS = 6 * HOUR;

/**
 * Tells trouble that is the API's from that of rows, on one lane as one worker sees it: where nothing answers any more, rows
 * lose no tries. The lane is held, one call at a time tries whether the API is back, and the first answer ends it. What is not
 * known holds: nothing else than an answer does.
 */
export class Outage {
  /** Rows whose calls failed since the last answer; no more than it takes. */
  readonly #rows = new Set<string>();
  #since = Number.POSITIVE_INFINITY;
  /** Until then a call is trying; longer than any takes, should its worker have lost it. */
  #tryingUntil = 0;

  /** The job as it goes back without a call, while another one tries; undefined where it may make one. */
  waits(job: LaneJob, now: number): NextStep | undefined {
    if (!this.#isAway(now)) return undefined;
    // For a moment only: its answer may be that the API is back.
    if (now < this.#tryingUntil) return heldFor(PROBE_MS.least, job);
    this.#tryingUntil = now + MINUTE;
    return undefined;
  }

  /** Is told of every call that was made; the row as it goes back, where it is not to blame. */
  heard(job: LaneJob, answer: Answer<unknown>, now: number): NextStep | undefined {
    this.#tryingUntil = 0;
    if (answer.ok || (answer.failure.category !== 'server' && answer.failure.category !== 'network')) {
      this.#rows.clear();
      this.#since = Number.POSITIVE_INFINITY;
      return undefined;
    }
    if (this.#rows.size === 0) this.#since = now;
    if (job.kind !== 'row') return undefined;
    if (this.#rows.size < ROWS_WITHOUT_ANSWER) this.#rows.add(job.key);
    if (!this.#isAway(now)) return undefined;
    const wait = Math.max(PROBE_MS.least, Math.min(PROBE_MS.most, (now - this.#since) / 4));
    return heldFor(wait, answer.failure.perhaps_applied ? { ...job, ...doubtful(job) } : job);
  }

  #isAway(now: number): boolean {
    return this.#rows.size >= ROWS_WITHOUT_ANSWER && now - this.#since < LONGEST_MS;
  }
}

const heldFor = (wait: number, job: LaneJob): NextStep => ({
  next: 'cool',
  job,
  cool: { wait_ms: Math.round(wait), reason: 'API_UNREACHABLE' },
});
