import type { ManifestProblem } from './row.ts';

/** Problems that say the same of different rows. */
export interface ProblemGroup {
  /** The first of them. */
  problem: ManifestProblem;
  count: number;
  /** The rows, or else lines, of the next ones. */
  also: number[];
}

/** Groups beyond this many are only counted: no one reads more of them between two tries. */
const MOST_GROUPS = 100;
const ALSO_KEPT = 3;

/** Puts problems together that say the same of the same column, as they come. */
export class ProblemGroups {
  readonly #groups = new Map<string, ProblemGroup>();
  count = 0;

  add(problem: ManifestProblem): void {
    this.count += 1;
    const { code, column = '', message } = problem;
    const key = [code, column, message].join('\n');
    const known = this.#groups.get(key);
    if (known !== undefined) {
      known.count += 1;
      const place = problem.row ?? problem.line;
      if (known.also.length < ALSO_KEPT && place !== undefined) known.also.push(place);
    } else if (this.#groups.size < MOST_GROUPS) this.#groups.set(key, { problem, count: 1, also: [] });
  }

  /** In the order in which they were met. */
  list(): ProblemGroup[] {
    return [...this.#groups.values()];
  }
}
