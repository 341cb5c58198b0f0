import type { Code } from '../../codes/code.ts';
import type { SliceBy, StopRule } from '../ledger/rollout.ts';
import { NONE, type RowKind } from '../waves/row-kind.ts';
import { EVIDENCE, type JudgedRow, TROUBLE_WORDS } from './trouble.ts';

/** Of which kind a row is, and where it went. */
export type RowPlace = Partial<Pick<RowKind, Exclude<SliceBy, 'code'>>>;

/** That a rule has fired. */
export interface Firing {
  rule: StopRule;
  /** The rows it was counted of, by what its rule sets apart. */
  slice: Partial<Record<SliceBy, string>>;
  code: Code;
  /** A sentence with the comparison. */
  message: string;
}

/**
 * What one rule has counted since it began, or since a person accepted what it had counted: then it begins anew, so that it
 * fires again only when its trouble has grown by as much once more.
 */
export class RuleTally {
  readonly #rule: StopRule;
  /** What sets slices apart; within one, the rule may look at each code by itself. */
  readonly #by: Exclude<SliceBy, 'code'>[];
  readonly #slices = new Map<string, { seen: number; counts: Map<string, Count> }>();

  constructor(rule: StopRule) {
    this.#rule = rule;
    this.#by = rule.per.filter((by) => by !== 'code');
  }

  /** Takes a row in; returns what fires with it, each slice once. */
  judge(row: JudgedRow, place: RowPlace): Firing | undefined {
    const count = this.#count(row, place);
    if (count === undefined || count.fired || !count.isOver()) return undefined;
    count.fired = true;
    return count.firing();
  }

  /** All that fires of rows of which no more will come. */
  judgeAll(rows: Iterable<{ row: JudgedRow; place: RowPlace }>): Firing[] {
    for (const { row, place } of rows) this.#count(row, place);
    const counts = [...this.#slices.values()].flatMap((slice) => [...slice.counts.values()]);
    return counts.filter((count) => count.isOver()).map((count) => count.firing());
  }

  /** A person has seen it, and said go. */
  accept(): void {
    this.#slices.clear();
  }

  /** The count that the row adds trouble to. */
  #count(row: JudgedRow, place: RowPlace): Count | undefined {
    const { trouble, per } = this.#rule;
    const evidence = EVIDENCE[trouble](row);
    if (evidence === undefined) return undefined;
    const places = this.#by.map((by) => place[by] ?? NONE);
    const key = places.join('\n');
    const slice = this.#slices.get(key) ?? { seen: 0, counts: new Map<string, Count>() };
    if (slice.seen === 0) this.#slices.set(key, slice);
    const seenBefore = slice.seen++;
    if ('well' in evidence) {
      for (const [code, count] of slice.counts) if (evidence.well(code)) count.add();
      return undefined;
    }
    const code = per.includes('code') ? evidence.bad : '';
    const count = slice.counts.get(code) ?? new Count(this.#rule, this.#named(places), seenBefore);
    slice.counts.set(code, count);
    // A row refused for one reason of its own does not have the others.
    if (trouble === 'failed') for (const other of slice.counts.values()) if (other !== count) other.add();
    count.add({ row, code: evidence.bad });
    return count;
  }

  #named(places: readonly string[]): Firing['slice'] {
    return Object.fromEntries(this.#by.map((by, at) => [by, places[at] ?? NONE]));
  }
}

/** Rows of one slice, and where the rule says so of one code: how many, and how many in trouble, of the last `window` or of all. */
class Count {
  fired = false;
  readonly #rule: StopRule;
  readonly #places: Firing['slice'];
  readonly #recent: boolean[] = [];
  #seen: number;
  #bad = 0;
  #last: { row: JudgedRow; code: Code } = { row: { outcome: 'failed' }, code: 'UNEXPECTED' };

  /** `seen`: rows of the slice before, none of which was in this trouble. */
  constructor(rule: StopRule, places: Firing['slice'], seen: number) {
    this.#rule = rule;
    this.#places = places;
    this.#seen = rule.window === undefined ? seen : 0;
  }

  add(bad?: { row: JudgedRow; code: Code }): void {
    this.#seen++;
    if (bad !== undefined) {
      this.#bad++;
      this.#last = bad;
    }
    const { window } = this.#rule;
    if (window === undefined) return;
    this.#recent.push(bad !== undefined);
    if (this.#recent.length <= window) return;
    this.#seen--;
    if (this.#recent.shift()) this.#bad--;
  }

  /** Whether so much trouble is more than the rule lets pass. */
  isOver(): boolean {
    const { count, share, least = 1 } = this.#rule;
    if (this.#seen < least || this.#bad === 0) return false;
    return (count === undefined || this.#bad >= count) && (share === undefined || this.#bad > share * this.#seen);
  }

  firing(): Firing {
    const { row, code } = this.#last;
    const byCode = this.#rule.per.includes('code');
    const where = Object.values(this.#places).filter((value) => value !== NONE);
    const last = row.code === undefined ? '' : `, the last with ${row.code}${row.message ? `: ${row.message}` : ''}`;
    const of = where.length === 0 ? '' : ` (${where.join(', ')})`;
    const text = `${this.#bad} of ${this.#seen} rows${of} ${TROUBLE_WORDS[this.#rule.trouble]}${last}`;
    return {
      rule: this.#rule,
      slice: { ...this.#places, ...(byCode ? { code } : {}) },
      code,
      message: `${text.replace(/\.$/, '')}; rule "${this.#rule.name}" fires at ${firesAt(this.#rule)}.`,
    };
  }
}

/** When a rule fires, for people: "20 of the last 20 rows", "over 25% of the last 500 rows, of 100 at least". */
export function firesAt({ count, share, least, window }: StopRule): string {
  const parts = [
    count === undefined ? '' : `${count}`,
    share === undefined ? '' : `over ${Number((share * 100).toFixed(4))}%`,
  ].filter(Boolean);
  const of = window === undefined ? '' : ` the last ${window}`;
  return `${parts.join(' and ')} of${of} rows${least === undefined ? '' : `, of ${least} at least`}`;
}
