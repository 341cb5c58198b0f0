import type { Warning } from '../../bundles/bundle-source.ts';
import type { Reversal } from '../../hostname/inverse.ts';
import type { Decision, Effect } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import type { StopRule, Waves } from '../ledger/rollout.ts';
import type { PlannedBundle } from './bundle-tally.ts';
import type { PlannedChange } from './change-tally.ts';
import type { CodeSample } from './plan-totals.ts';

/** A plan in numbers and a few examples: what a person looks at before saying yes. */
export interface PlanSummary {
  counts: Record<Decision, number>;
  /** Rows by effect. A row with several effects counts under each. */
  effects: Record<Effect, number>;
  /** Rows to be sent whose hostname is also in another known zone. */
  otherZones: number;
  /** Edits by what it takes to undo them. */
  undo: Record<Reversal, number>;
  /** What is changed into what, the paths that most rows change first. */
  changes: PlannedChange[];
  /** Rows of decision `edit` or `recheck`, in manifest order: some for each effect, so that every kind is shown. */
  samples: PlanRow[];
  /** Reasons for rejecting, each with its first row. */
  rejected: CodeSample[];
  /** Reasons for skipping, each with its first row. */
  skipped?: CodeSample[];
  /** Bundles that rows bring, the most used first, with what their hostnames serve now; cut after a number that people read. */
  bundles: PlannedBundle[];
  moreBundles: number;
  /** In which parts it is sent; absent where all at once. `rows`: of each wave; `kinds`: sorts of rows that are told apart. */
  waves?: Pick<Waves, 'wait_ms' | 'max_pending' | 'confirm'> & {
    rows: number[];
    kinds: number;
    kindsInFirst: number;
  };
  /** When it is not to go on by itself. */
  rules?: readonly StopRule[];
  /** What is to be known before saying yes, a sentence each. */
  notes: string[];
  /** What should be looked at of certificates, but stops nothing. */
  warnings?: readonly Warning[];
  /** API calls still to be made; `total` is their sum. `list` is spent already where the snapshot has been read. */
  calls: { list: number; edit: number; settle: number; total: number };
  /** The budget of all its lanes together, in calls per second. */
  ratePerSecond: number;
  /** What the lane that takes longest needs for its edits, by its rate or that of the certificates they order, in milliseconds: the shortest time they can take. */
  editMs: number;
  /**
   * The same, and the waits, those between waves among them, where something is validated or issued again: when it is done if all
   * of that is waited for.
   */
  durationMs: number;
}
