import type { RowResult } from '../../lane/lane-result.ts';
import type { StopReason } from '../ledger/stop.ts';

/** Rows one after the other whose edit is refused for the credential, before it is held to be refused for every row. */
export const REFUSED_IN_A_ROW = 3;

/**
 * Tells a row that the API refuses from a credential that it refuses. A worker has asked twice before it says that the
 * edit of a row was refused while its hostname could be read. Such rows are held back, without outcome, until another row
 * answers (then they have failed, each for itself) or as many of them as are certain have come in a row: then the batch
 * stops, and a resume with a corrected credential sends them again.
 */
export class RefusedRows {
  readonly #lane: string;
  #held: RowResult[] = [];
  #inARow = 0;

  /** Each lane has a credential of its own. */
  constructor(lane: string) {
    this.#lane = lane;
  }

  /** Is told every result of the lane. `out`: rows that are with it, this one and those held back included. */
  judge(result: RowResult, out: number): { record: RowResult[]; stop?: StopReason } {
    if (result.code !== 'CF_UNAUTHORIZED') {
      if (result.outcome === 'gave_up') return { record: [result] };
      this.#inARow = 0;
      return { record: [...this.#release(), result] };
    }
    this.#inARow++;
    this.#held.push(result);
    if (this.#inARow >= REFUSED_IN_A_ROW) {
      const { code, message = '' } = result;
      const rows = this.#held.map(({ row }) => row).join(', ');
      const text = `${message.replace(/\.$/, '')}: the API refuses the edits of ${this.#inARow} rows in a row (the last: ${rows}), whose hostnames it lets be read (credential "${this.#lane}").`;
      return { record: [], stop: { reason: 'stop_rule', code, message: text } };
    }
    // Where no other row is left to be asked, they stand for themselves.
    return { record: this.#held.length >= out ? this.#release() : [] };
  }

  #release(): RowResult[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
