import { type CallCounts, SECOND, type Stage } from '../../terms.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import type { LedgerFold, Standing } from '../ledger/ledger-fold.ts';
import type { BatchView, LaneView } from './batch-view.ts';
import { CallRate } from './call-rate.ts';

/** What a lane may spend: calls a second. */
export interface LaneBudget {
  name: string;
  perSecond: number;
}

/** Codes that a view names. */
const MOST_ERRORS = 50;

const COOLING_REASONS: Record<string, string> = {
  CF_RATE_LIMITED: 'API answered 429',
  CF_QUOTA_ALMOST_EMPTY: 'quota almost used up',
  LANE_COOLING: 'another command has met the limit',
};

type Cooling = NonNullable<LaneView['cooling']>;

/**
 * Makes the view of a batch from the fold of its ledger, which counts, and from what passes by: calls as they happen, lanes
 * that cool or that nobody works on, and the rows of stages that no ledger counts. Its memory does not grow.
 */
export class LiveView {
  readonly #lanes: readonly LaneBudget[];
  readonly #now: () => number;
  readonly #rate: CallRate;
  readonly #cooling = new Map<string, Cooling>();
  #unattended: readonly string[] = [];
  /** Before a run there is no fold: what is being read or planned says itself how far it is. */
  #before: { stage: Stage; rows: BatchView['rows'] } = { stage: 'reading', rows: { total: 0, done: 0 } };
  #batch: { fold: LedgerFold; file: Pick<BatchFile, 'kind'> } | undefined;
  #made = 0;
  /** Coolings of the fold that are taken over. */
  #cooled = 0;

  constructor(lanes: readonly LaneBudget[], now: () => number) {
    this.#lanes = lanes;
    this.#now = now;
    this.#rate = new CallRate(now);
  }

  /** Something begins that no fold tells of; `total` is 0 where it is not known. */
  enter(stage: 'reading' | 'planning' | 'settling', total = 0): void {
    this.#before = { stage, rows: { total, done: 0 } };
  }

  /** So many rows are through it. */
  through(done: number, total = this.#before.rows.total): void {
    this.#before.rows = { total, done };
  }

  /** From here on the batch is what its ledger's fold says, as that grows. */
  follow(fold: LedgerFold, file: Pick<BatchFile, 'kind'>): void {
    this.#batch = { fold, file };
    this.#made = fold.calls.list + fold.calls.read + fold.calls.edit;
  }

  called({ list, read, edit }: CallCounts): void {
    this.#made += list + read + edit;
    this.#rate.add(list + read + edit);
  }

  /** `code` says why the lane makes no calls until that instant; `asked`, how long the API asked for, where that is longer. */
  cooling(until: string, code: string, lane: string, asked?: string): void {
    const longer = asked === undefined ? '' : `, asking for ${asked}`;
    this.#cooling.set(lane, { until, code, reason: `${COOLING_REASONS[code] ?? code}${longer}` });
  }

  /** No worker is on these lanes, and their jobs wait. */
  unattended(lanes: readonly string[]): void {
    this.#unattended = lanes;
  }

  view(): BatchView {
    const now = this.#now();
    const { fold, file } = this.#batch ?? {};
    for (const { until, reason, lane, asked } of fold?.cooling.slice(this.#cooled) ?? []) {
      this.cooling(until, reason, lane, asked);
      this.#cooled++;
    }
    const standing: Standing = fold?.standing ?? { stage: this.#before.stage, wave: 0 };
    const rows = fold === undefined ? this.#before.rows : rowsOf(fold, file?.kind);
    const lanes = this.#lanes.map((lane) => this.#laneView(lane, now));
    const budget = this.#lanes.reduce((sum, { perSecond }) => sum + perSecond, 0);
    return {
      stage: standing.stage,
      wave: standing.wave,
      until: standing.until ?? null,
      rows: { ...rows },
      outcomes: { ...(fold?.rows.counts ?? NO_OUTCOMES) },
      settled: fold?.rows.settledCounts() ?? { active: 0, pending: 0, errored: 0, unknown: 0 },
      errors: fold === undefined ? [] : errorsOf(fold),
      calls: { made: this.#made, per_second: this.#rate.perSecond },
      budget_per_second: budget,
      lanes,
      eta_ms: etaOf(standing, rows, { lanes, budget, now }),
    };
  }

  #laneView({ name, perSecond }: LaneBudget, now: number): LaneView {
    const cooling = this.#cooling.get(name);
    return {
      name,
      budget_per_second: perSecond,
      cooling: cooling !== undefined && Date.parse(cooling.until) > now ? cooling : null,
      workers: this.#unattended.includes(name) ? 0 : null,
    };
  }
}

const NO_OUTCOMES: BatchView['outcomes'] = {
  ...{ edited: 0, skipped: 0, rejected: 0, failed: 0, gave_up: 0, unprocessed: 0 },
};

/** While a batch settles, those of its hostnames that are read; else all rows, by whether they have an outcome. */
function rowsOf({ rows, standing }: LedgerFold, kind: BatchFile['kind']): BatchView['rows'] {
  if (standing.stage !== 'settling') return { total: rows.rows, done: rows.rows - rows.counts.unprocessed };
  // What a sweep does not send it does not read again.
  const { active, pending, errored, unknown } = kind === 'sweep' ? rows.settled.edited : rows.settledCounts();
  return { total: active + pending + errored + unknown, done: active + errored };
}

function errorsOf({ rows: { errors } }: LedgerFold): BatchView['errors'] {
  return [...errors]
    .flatMap(([code, count]) => (count > 0 ? [{ code, count }] : []))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ERRORS);
}

/** A row that is not decided yet will take one call, if all goes well; a lane that cools has to be waited for. */
function etaOf(
  { stage, until }: Standing,
  { total, done }: BatchView['rows'],
  { lanes, budget, now }: { lanes: LaneView[]; budget: number; now: number },
): number | null {
  if (until !== undefined) return Math.max(0, Date.parse(until) - now);
  if (stage !== 'editing' || budget <= 0) return null;
  const cooled = lanes.map(({ cooling }) => (cooling === null ? 0 : Date.parse(cooling.until) - now));
  return ((total - done) / budget) * SECOND + Math.max(0, ...cooled);
}
