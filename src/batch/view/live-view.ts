import { callsPerSecond, laneLimit, type Quota } from '../../lane/budget.ts';
import type { LaneSight } from '../../lane/lane.ts';
import { type CallCounts, SECOND, type Stage } from '../../terms.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import type { LedgerFold, Standing } from '../ledger/ledger-fold.ts';
import type { RowTable } from '../ledger/row-table.ts';
import { waveEnds } from '../waves/wave-sizes.ts';
import type { BatchView } from './batch-view.ts';
import { CallRate } from './call-rate.ts';
import type { Wait } from './wait.ts';

/** What a lane may spend: calls a second. */
export interface LaneBudget {
  name: string;
  perSecond: number;
  /** What that comes from, where it can be tuned. */
  quota?: Quota;
  share?: number;
}

/** What a view counts by: the fold of a ledger, or what the last line of a finished one comes to. */
export interface Counted
  extends Pick<LedgerFold, 'standing' | 'calls' | 'cooling'>,
    Partial<Pick<LedgerFold, 'control' | 'resting' | 'issuance'>> {
  rows: Pick<RowTable, 'rows' | 'counts' | 'settledCounts' | 'errors' | 'failures'>;
}

/** What a view shows of what was asked. */
type ViewedFile = Pick<BatchFile, 'kind'> & Partial<Pick<BatchFile, 'rollout' | 'plan'>>;

/** Codes that a view names. */
const MOST_ERRORS = 50;

const COOLING_REASONS: Record<string, string> = {
  CF_RATE_LIMITED: 'API answered 429',
  CF_QUOTA_ALMOST_EMPTY: 'quota almost used up',
  API_UNREACHABLE: 'the API does not answer, and is tried by single calls',
  LANE_COOLING: 'another command has met the limit',
};

type Cooling = Extract<Wait, { what: 'cooling' }>;

/**
 * Makes the view of a batch from the fold of its ledger, which counts, and from what passes by: calls as they happen, lanes
 * that cool or that nobody works on, and the rows of stages that no ledger counts. Its memory does not grow.
 */
export class LiveView {
  readonly #lanes: readonly LaneBudget[];
  readonly #now: () => number;
  readonly #rate: CallRate;
  readonly #cooling = new Map<string, Cooling>();
  readonly #sights = new Map<string, LaneSight>();
  /** When settling reads states again, in Unix milliseconds. */
  #nextLook = 0;
  /** Before a run there is no fold: what is being read or planned says itself how far it is. */
  #before: { stage: Stage; rows: BatchView['rows'] } = { stage: 'reading', rows: { total: 0, done: 0 } };
  #batch: { fold: Counted; file: ViewedFile } | undefined;
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
  follow(fold: Counted, file: ViewedFile): void {
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
    const reason = `${COOLING_REASONS[code] ?? code}${longer}`;
    this.#cooling.set(lane, { what: 'cooling', lane, until, code, reason });
  }

  /** A look at a lane has shown this; it holds until the next. */
  saw(lane: string, sight: LaneSight): void {
    this.#sights.set(lane, sight);
  }

  /** Settling waits until then (Unix milliseconds) before it reads states again. */
  looksAgain(instant: number): void {
    this.#nextLook = instant;
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
    const lanes = this.#lanes.map((lane) => ({ name: lane.name, perSecond: this.#perSecond(lane) }));
    const budget = lanes.reduce((sum, { perSecond }) => sum + perSecond, 0);
    const waits = this.#waits(standing.stage, now);
    return {
      stage: standing.stage,
      wave: standing.wave,
      ...wavesOf(file),
      until: standing.until ?? null,
      rows: { ...rows },
      outcomes: { ...(fold?.rows.counts ?? NO_OUTCOMES) },
      settled: fold?.rows.settledCounts() ?? { active: 0, pending: 0, errored: 0, unknown: 0 },
      errors: fold === undefined ? [] : errorsOf(fold),
      calls: { made: this.#made, per_second: this.#rate.within(budget) },
      budget_per_second: budget,
      lanes: lanes.map(({ name, perSecond }) => ({
        name,
        budget_per_second: perSecond,
        workers: this.#sights.get(name)?.workers ?? null,
      })),
      waits,
      eta_ms: etaOf(standing, rows, { waits, budget, now, ordering: file?.plan?.effects }),
    };
  }

  /** As it was seen last, else as it was tuned, else as it is configured. */
  #perSecond({ name, perSecond, quota, share }: LaneBudget): number {
    const { limit } = this.#sights.get(name) ?? {};
    if (limit !== undefined) return callsPerSecond(limit);
    const tuned = this.#batch?.fold.control?.tuned ?? {};
    if (quota === undefined || share === undefined || (tuned.quota ?? tuned.share) === undefined) return perSecond;
    const { calls, window_seconds: windowSeconds } = tuned.quota ?? {
      calls: quota.calls,
      window_seconds: quota.windowSeconds,
    };
    return callsPerSecond(laneLimit({ calls, windowSeconds }, tuned.share ?? share));
  }

  /** What is over by now holds nobody up. */
  #waits(stage: Stage, now: number): Wait[] {
    const waits = this.#lanes.flatMap(({ name }) => this.#laneWaits(name));
    if (stage === 'settling') waits.push({ what: 'look', until: iso(this.#nextLook) });
    waits.push(...issuanceOf(this.#batch), ...holdsOf(this.#batch?.fold));
    return waits.filter((wait) => !('until' in wait) || wait.until === undefined || Date.parse(wait.until) > now);
  }

  #laneWaits(lane: string): Wait[] {
    const waits: Wait[] = [];
    const cooling = this.#cooling.get(lane);
    const { isUnattended, retry } = this.#sights.get(lane) ?? {};
    if (cooling !== undefined) waits.push(cooling);
    if (isUnattended) waits.push({ what: 'worker', lane });
    if (retry !== undefined) {
      const { at, nth, most, reason } = retry;
      waits.push({ what: 'retry', lane, until: iso(at), nth, most, reason });
    }
    return waits;
  }
}

function wavesOf({ rollout, plan }: Partial<ViewedFile> = {}): Pick<BatchView, 'waves'> {
  if (rollout?.waves === undefined) return {};
  const { edit = 0, recheck = 0 } = plan?.decisions ?? {};
  return { waves: Math.max(1, waveEnds(rollout.waves.sizes, edit + recheck).length) };
}

function issuanceOf({ fold, file }: { fold?: Counted; file?: ViewedFile } = {}): Extract<Wait, { what: 'issuance' }>[] {
  const { issuance: limit } = file?.rollout ?? {};
  if (!limit) return [];
  const { orders, window_seconds } = limit;
  return [...(fold?.issuance ?? [])].map((lane) => ({ what: 'issuance', lane, orders, window_seconds }));
}

function holdsOf({ control, resting }: Pick<Counted, 'control' | 'resting'> = {}): Wait[] {
  const holds = (control?.holds ?? []).map(
    ({ by, reason, until }) => ({ what: 'hold', who: by, reason, until }) as const,
  );
  return resting === undefined
    ? holds
    : [{ what: 'resting', calls: resting.in_flight, until: resting.until }, ...holds];
}

const iso = (instant: number): string => new Date(instant).toISOString();

const NO_OUTCOMES: BatchView['outcomes'] = {
  ...{ edited: 0, skipped: 0, rejected: 0, failed: 0, gave_up: 0, unprocessed: 0 },
};

/** While a batch settles, those of its hostnames that are read; else all rows, by whether they have an outcome. */
function rowsOf({ rows, standing }: Counted, kind: BatchFile['kind']): BatchView['rows'] {
  if (standing.stage !== 'settling') return { total: rows.rows, done: rows.rows - rows.counts.unprocessed };
  // What a sweep does not send it does not read again.
  const { active, pending, errored, unknown } = rows.settledCounts(kind === 'sweep' ? ['edited'] : undefined);
  return { total: active + pending + errored + unknown, done: active + errored };
}

function errorsOf({ rows: { errors, failures } }: Counted): BatchView['errors'] {
  return [...errors]
    .flatMap(([code, count]) => (count > 0 ? [{ code, count, failed: failures.get(code) ?? 0 }] : []))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ERRORS);
}

/** A row that is not decided yet will take one call, if all goes well; a lane that cools has to be waited for. */
function etaOf(
  { stage, until }: Standing,
  { total, done }: BatchView['rows'],
  {
    waits,
    budget,
    now,
    ordering: { reissues = 0, loses_upload = 0 } = {},
  }: { waits: readonly Wait[]; budget: number; now: number; ordering: BatchFile['plan']['effects'] | undefined },
): number | null {
  if (until !== undefined) return Math.max(0, Date.parse(until) - now);
  if (stage !== 'editing' || budget <= 0) return null;
  const cooled = waits.map((wait) => (wait.what === 'cooling' ? Date.parse(wait.until) - now : 0));
  const orders = Math.min(total - done, reissues + loses_upload);
  const ordered = waits.map((wait) => (wait.what === 'issuance' ? (orders / wait.orders) * wait.window_seconds : 0));
  return Math.max((total - done) / budget, ...ordered) * SECOND + Math.max(0, ...cooled);
}

/** A view of a batch that another process carries out. */
export const liveViewOf = ({ lanes }: Pick<BatchFile, 'lanes'>): LiveView =>
  new LiveView(
    lanes.map(({ name, share, quota: { calls, window_seconds: windowSeconds } }) => {
      const quota = { calls, windowSeconds };
      return { name, quota, share, perSecond: callsPerSecond(laneLimit(quota, share)) };
    }),
    Date.now,
  );
