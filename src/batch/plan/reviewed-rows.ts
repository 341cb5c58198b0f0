import { isDeepStrictEqual } from 'node:util';
import type { Code } from '../../codes/code.ts';
import { changedPaths } from '../../hostname/compare.ts';
import type { JsonObject } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Code of a row that is not sent, as it is no longer what was reviewed. */
export const HELD_BACK: Code = 'CHANGED_SINCE_REVIEW';

/** What is to be done with a row is the same where all of these are. */
const TELLING = ['decision', 'custom_hostname_id', 'zone_id', 'effects', 'bundle', 'pack', 'body', 'before'] as const;

/** Hostnames that a note names. */
const NAMED = 5;

/**
 * Compares a plan that is made anew with the rows that were reviewed, which come in the same order. A row that would now be
 * sent otherwise than it was reviewed is held back, or with `take` sent as it is now; one that need not be sent any more is
 * not. Plans are told apart row by row, so that one drifted hostname holds up nothing but itself.
 */
export class ReviewedRows {
  readonly #rows: AsyncIterator<PlanRow>;
  readonly #take: boolean;
  readonly #drifted: string[] = [];
  #count = 0;

  constructor(rows: AsyncIterable<PlanRow>, { take }: { take: boolean }) {
    this.#rows = rows[Symbol.asyncIterator]();
    this.#take = take;
  }

  /** The row as it is to be planned. */
  async review(row: PlanRow): Promise<PlanRow> {
    const { value: reviewed } = (await this.#rows.next()) as { value?: PlanRow };
    const isSame = TELLING.every((member) => isDeepStrictEqual(reviewed?.[member], row[member]));
    if (row.body === undefined || isSame) return row;
    this.#count += 1;
    if (this.#drifted.length < NAMED) this.#drifted.push(row.hostname ?? `row ${row.row}`);
    if (this.#take) return row;
    const { body: _body, before: _before, change: _change, pack: _pack, other_zone: _zone, ...rest } = row;
    const message = `${row.hostname} is not as it was when the plan was reviewed (${difference(reviewed, row)}); it was not sent.`;
    return { ...rest, decision: 'reject', effects: [], code: HELD_BACK, message };
  }

  /** One sentence for people, where anything has changed since the review. */
  notes(): string[] {
    if (this.#count === 0) return [];
    const more = this.#count > this.#drifted.length ? ', …' : '';
    const rows = this.#count === 1 ? '1 row has' : `${this.#count} rows have`;
    const then = this.#take ? 'are sent as they are now (--take-drifted)' : 'are held back; the others go on';
    return [`${rows} changed since the plan was reviewed (${this.#drifted.join(', ')}${more}) and ${then}.`];
  }

  async close(): Promise<void> {
    await this.#rows.return?.();
  }
}

/** In a few words, for a message. */
function difference(reviewed: PlanRow | undefined, row: PlanRow): string {
  if (reviewed === undefined || reviewed.body === undefined) return `it was planned to ${reviewed?.decision ?? 'skip'}`;
  const paths = [
    ...changedPaths(row.before ?? {}, reviewed.before ?? {}),
    ...changedPaths(reviewed.before ?? {}, row.before ?? {}),
    ...changedPaths(reviewed.body as JsonObject, row.body as JsonObject),
  ];
  if (paths.length > 0) return [...new Set(paths)].join(', ');
  return TELLING.filter((member) => !isDeepStrictEqual(reviewed[member], row[member])).join(', ');
}
