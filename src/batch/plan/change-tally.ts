import { CERTIFICATES_PATH } from '../../hostname/certificates.ts';
import { planDiff } from '../../hostname/plan-diff.ts';
import { stringifyExact } from '../../json/exact-json.ts';
import type { Json } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** What a plan changes at one path: the most frequent pairs of values, and how many rows change it. */
export interface PlannedChange {
  path: string;
  rows: number;
  pairs: { before: Json; after: Json; count: number }[];
}

/** Pairs that are shown of a path, and counted at most: metadata may differ from row to row. */
const SHOWN = 4;
const MOST_PAIRS = 1_000;
const MOST_PATHS = 200;

/** Counts what the rows of a plan change into what, as they pass by. */
export class ChangeTally {
  readonly #paths = new Map<string, { rows: number; pairs: Map<string, PlannedChange['pairs'][number]> }>();

  add({ decision, before = {}, body }: Pick<PlanRow, 'decision' | 'before' | 'body'>): void {
    if (decision !== 'edit' || body === undefined) return;
    for (const { path, before: old = null, after = null } of planDiff(before, body)) {
      const known = this.#paths.get(path) ?? { rows: 0, pairs: new Map() };
      if (this.#paths.size < MOST_PATHS) this.#paths.set(path, known);
      known.rows += 1;
      // Certificates have a section of their own.
      if (path === CERTIFICATES_PATH) continue;
      const key = stringifyExact([old, after]);
      const pair = known.pairs.get(key) ?? { before: old, after, count: 0 };
      pair.count += 1;
      if (known.pairs.size < MOST_PAIRS) known.pairs.set(key, pair);
    }
  }

  /** The paths that most rows change first. */
  list(): PlannedChange[] {
    return [...this.#paths]
      .map(([path, { rows, pairs }]) => ({
        path,
        rows,
        pairs: [...pairs.values()].sort((a, b) => b.count - a.count).slice(0, SHOWN),
      }))
      .sort((a, b) => b.rows - a.rows);
  }
}
