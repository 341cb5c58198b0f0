import { ordersCertificate } from '../../hostname/effects.ts';
import { REVERSALS, type Reversal } from '../../hostname/inverse.ts';
import { DECISIONS, type Decision, EFFECTS, type Effect, type ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { BundleTally, type PlannedBundle } from './bundle-tally.ts';
import { ChangeTally, type PlannedChange } from './change-tally.ts';

/** Rows with one code, and the first of them. */
export interface CodeSample {
  code: string;
  count: number;
  sample: PlanRow;
}

/** A plan in numbers and examples, without what it costs. */
export interface PlanTotals {
  counts: Record<Decision, number>;
  effects: Record<Effect, number>;
  /** Rows to be sent whose hostname is also in another known zone. */
  otherZones: number;
  /** Edits by what it takes to undo them. */
  undo: Record<Reversal, number>;
  /** Rows to be sent, by zone. */
  editsByZone: Map<ZoneId, number>;
  /** What is changed into what, the paths that most rows change first. */
  changes: PlannedChange[];
  /** Those of them that order certificates. */
  ordersByZone: Map<ZoneId, number>;
  samples: PlanRow[];
  rejected: CodeSample[];
  skipped: CodeSample[];
  bundles: PlannedBundle[];
  /** Bundles beyond those. */
  moreBundles: number;
  /** What is to be known before saying yes, a sentence each. */
  notes: string[];
}

/** Rows kept as examples of each combination of effects. */
const SAMPLES_PER_KIND = 5;

/** Counts the rows of a plan as they are written. */
export class PlanCounter {
  readonly #counts = zeros(DECISIONS);
  readonly #effects = zeros(EFFECTS);
  readonly #undo = zeros(REVERSALS);
  #otherZones = 0;
  readonly #editsByZone = new Map<ZoneId, number>();
  readonly #ordersByZone = new Map<ZoneId, number>();
  readonly #samples: PlanRow[] = [];
  readonly #kinds = new Map<string, number>();
  readonly #rejected = new Map<string, CodeSample>();
  readonly #skipped = new Map<string, CodeSample>();
  readonly #bundles = new BundleTally();
  readonly #changes = new ChangeTally();

  count(row: PlanRow): void {
    this.#counts[row.decision]++;
    this.#bundles.add(row);
    this.#changes.add(row);
    for (const effect of row.effects) this.#effects[effect]++;
    if (row.decision === 'reject') addCode(this.#rejected, row.code ?? 'REJECTED', row);
    else if (row.decision === 'skip') addCode(this.#skipped, row.code ?? 'SKIPPED', row);
    else this.#countSent(row);
  }

  totals(): Omit<PlanTotals, 'notes'> {
    return {
      counts: this.#counts,
      effects: this.#effects,
      otherZones: this.#otherZones,
      undo: this.#undo,
      editsByZone: this.#editsByZone,
      changes: this.#changes.list(),
      ordersByZone: this.#ordersByZone,
      samples: this.#samples,
      rejected: mostFirst(this.#rejected),
      skipped: mostFirst(this.#skipped),
      bundles: this.#bundles.shown(),
      moreBundles: this.#bundles.more(),
    };
  }

  #countSent(row: PlanRow): void {
    const { zone_id: zone } = row;
    if (row.other_zone !== undefined) this.#otherZones++;
    if (row.undo !== undefined) this.#undo[row.undo]++;
    if (zone !== undefined) {
      addOne(this.#editsByZone, zone);
      if (ordersCertificate(row.effects)) addOne(this.#ordersByZone, zone);
    }
    const kind = [row.decision, ...row.effects].join(' ');
    const kept = this.#kinds.get(kind) ?? 0;
    if (kept < SAMPLES_PER_KIND) this.#samples.push(row);
    this.#kinds.set(kind, kept + 1);
  }
}

const addOne = (counts: Map<ZoneId, number>, zone: ZoneId) => counts.set(zone, (counts.get(zone) ?? 0) + 1);

function addCode(codes: Map<string, CodeSample>, code: string, sample: PlanRow): void {
  const entry = codes.get(code) ?? { code, count: 0, sample };
  entry.count++;
  codes.set(code, entry);
}

const mostFirst = (codes: Map<string, CodeSample>): CodeSample[] =>
  [...codes.values()].sort((a, b) => b.count - a.count);

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
