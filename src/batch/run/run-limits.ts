import { callsPerSecond, type LaneLimit } from '../../lane/budget.ts';
import { type CallCounts, HostrollError } from '../../terms.ts';
import type { BatchLimits } from '../ledger/batch-file.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Code of rows that a limit left over: the next sweep of their zone begins with them. */
export const CARRIED_OVER = 'SWEEP_CARRIED_OVER';

/**
 * A lane is given no more work than it does in so many seconds, so that other batches get their turn soon, and a pause has
 * little to take back; of a batch that ends at a certain time, less.
 */
const AHEAD = { seconds: 20, least: 80 };
const AHEAD_OF_END = { seconds: 10, least: 8 };

/** Says when a run is to begin nothing more. Without limits it never does. */
export class RunLimits {
  readonly #calls: number;
  readonly #until: number;
  readonly #now: () => number;
  /** Calls made for rows, in earlier runs and in planning, too. */
  #made: number;
  /** Reads of this run that were asked for, and that are known to have been made: a read that fails is repeated. */
  #reads = { asked: 0, made: 0 };

  /** `made` calls count already. */
  constructor(limits: BatchLimits | undefined, made: number, now: () => number) {
    this.#calls = limits?.calls ?? Number.POSITIVE_INFINITY;
    this.#until = limits?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(limits.until);
    this.#made = made;
    this.#now = now;
  }

  called({ list, read, edit }: CallCounts, forRow: boolean): void {
    if (forRow) this.#made += list + read + edit;
    else this.#reads.made += list + read + edit;
  }

  /** How many rows more may be begun, while `out` are with the lanes. */
  room(out: number): number {
    return this.#now() >= this.#until ? 0 : Math.max(0, this.#calls - this.#spent() - out);
  }

  /** Counts a read that is about to be asked for. Throws `CALLS_USED_UP`. */
  takeRead(): void {
    if (this.room(0) < 1) {
      throw new HostrollError(
        'CALLS_USED_UP',
        'The calls or the time of this batch are used up; nothing more is read.',
      );
    }
    this.#reads.asked++;
  }

  /** The `wait` (milliseconds), cut off where the time ends. */
  waitMs(wait: number): number {
    return Math.max(0, Math.min(wait, this.#until - this.#now()));
  }

  /** Most rows in the lanes, `most` in all. */
  window(most: number, lanes: readonly LaneLimit[]): number {
    const { seconds, least } = this.#until === Number.POSITIVE_INFINITY ? AHEAD : AHEAD_OF_END;
    const fastest = Math.max(0, ...lanes.map(callsPerSecond));
    return Math.min(most, lanes.length * Math.max(least, Math.ceil(fastest * seconds)));
  }

  #spent(): number {
    return this.#made + Math.max(this.#reads.asked, this.#reads.made);
  }
}

/** The row as a limit leaves it. */
export function carriedOver({ body: _body, before: _before, lane: _lane, change: _change, ...row }: PlanRow): PlanRow {
  const message = `The calls or the time of this sweep were used up before ${row.hostname}; the next sweep of its zone begins with it.`;
  return { ...row, decision: 'skip', effects: [], code: CARRIED_OVER, message };
}
