import type { Outcome } from '../../terms.ts';

/** What the coordinator is doing, in the order in which a batch goes through it. */
export const PHASES = ['reading', 'snapshot', 'planning', 'editing', 'settling', 'reporting'] as const;
export type Phase = (typeof PHASES)[number];

/** Where a batch stands at one moment: what the terminal line, a log line and a page show. */
export interface Progress {
  phase: Phase;
  /** `done` rows are through the phase. `total` is 0 while it is not known, as when a manifest is being read. */
  rows: { total: number; done: number };
  outcomes: Record<Exclude<Outcome, 'unprocessed'>, number>;
  /** Rows failed and given up, together. */
  failed: number;
  /** `perSecond` is the mean over the last 10 seconds. */
  calls: { made: number; perSecond: number };
  budgetPerSecond: number;
  /** From the calls left and the budget, in milliseconds; absent while unknown. */
  etaMs?: number;
  /** The lane makes no calls until this instant (ISO 8601). `reason` is a short clause, e.g. "API answered 429". */
  cooling?: { until: string; reason: string };
  /** What else holds the lane up, as a short clause, e.g. "no worker on this lane". */
  waiting?: string;
}
