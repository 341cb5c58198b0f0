import { type CallCounts, SECOND } from '../../terms.ts';
import type { Phase, Progress } from './progress.ts';

/** The rate shown is the mean over this long. */
const RATE_WINDOW_MS = 10 * SECOND;

const COOLING_REASONS: Record<string, string> = {
  CF_RATE_LIMITED: 'API answered 429',
  CF_QUOTA_ALMOST_EMPTY: 'quota almost used up',
  LANE_COOLING: 'another command has met the limit',
};

/** Gathers what happens in a batch into the snapshots that a terminal, a log line or a page shows. */
export class ProgressTracker {
  phase: Phase = 'reading';
  rows: Progress['rows'] = { total: 0, done: 0 };
  outcomes: Progress['outcomes'] = { edited: 0, skipped: 0, rejected: 0, failed: 0, gave_up: 0 };
  /** Calls still to be made in this phase, as far as they are known. */
  callsLeft: number | undefined;
  /** Of all lanes together. */
  readonly budgetPerSecond: number;
  readonly #now: () => number;
  #cooling: Progress['cooling'];
  #waiting: string | undefined;
  #calls = 0;
  #firstCallAt: number | undefined;
  #recent: { at: number; calls: number }[] = [];

  constructor(budgetPerSecond: number, now: () => number) {
    this.budgetPerSecond = budgetPerSecond;
    this.#now = now;
  }

  enter(phase: Phase, total: number): void {
    this.phase = phase;
    this.rows = { total, done: 0 };
    this.callsLeft = undefined;
  }

  /** Takes over the counts of the ledger. A row that is not decided yet will take one call, if all goes well. */
  count(outcomes: Progress['outcomes'], rows: number): void {
    const { edited, skipped, rejected, failed, gave_up } = outcomes;
    this.outcomes = { edited, skipped, rejected, failed, gave_up };
    this.rows = { total: rows, done: edited + skipped + rejected + failed + gave_up };
    this.callsLeft = rows - this.rows.done;
  }

  called({ list, read, edit }: CallCounts): void {
    const calls = list + read + edit;
    this.#calls += calls;
    this.#firstCallAt ??= this.#now();
    this.#recent.push({ at: this.#now(), calls });
  }

  /** `code` says why the lane makes no calls until that instant; `asked`, how long the API asked for, where that is longer. */
  cooling(until: string, code: string, asked?: string): void {
    const longer = asked === undefined ? '' : `, asking for ${asked}`;
    this.#cooling = { until, reason: `${COOLING_REASONS[code] ?? code}${longer}` };
  }

  /** No worker is on these lanes. */
  unattended(lanes: readonly string[]): void {
    this.#waiting =
      lanes.length === 0 ? undefined : `no worker on ${lanes.length === 1 ? 'lane' : 'lanes'} ${lanes.join(', ')}`;
  }

  snapshot(): Progress {
    const now = this.#now();
    this.#recent = this.#recent.filter(({ at }) => at > now - RATE_WINDOW_MS);
    const recent = this.#recent.reduce((sum, { calls }) => sum + calls, 0);
    // A run younger than the window has its rate over what there was of it, one second at least.
    const spanMs = Math.min(RATE_WINDOW_MS, Math.max(SECOND, now - (this.#firstCallAt ?? now)));
    const progress: Progress = {
      phase: this.phase,
      rows: { ...this.rows },
      outcomes: { ...this.outcomes },
      failed: this.outcomes.failed + this.outcomes.gave_up,
      calls: { made: this.#calls, perSecond: recent / (spanMs / SECOND) },
      budgetPerSecond: this.budgetPerSecond,
    };
    const coolingMs = this.#cooling === undefined ? 0 : Math.max(0, Date.parse(this.#cooling.until) - now);
    if (this.#cooling !== undefined && coolingMs > 0) progress.cooling = this.#cooling;
    if (this.#waiting !== undefined) progress.waiting = this.#waiting;
    if (this.callsLeft !== undefined) progress.etaMs = (this.callsLeft / this.budgetPerSecond) * SECOND + coolingMs;
    return progress;
  }
}
