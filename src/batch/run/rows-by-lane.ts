import { type Span, SpanColumn, SpanReader } from '../../disk/indexed-lines.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { Waiting } from './waiting.ts';

/** Rows that are kept whole for each lane, so that it never waits for the disk. */
const WHOLE = 400;

/**
 * The plan's rows, set apart by lane as they are read from it. While any lane can use more, reading goes on: a slow lane
 * holds no other one up. Of what a slow lane cannot take yet only the places in the file are kept, 12 bytes a row.
 */
export class RowsByLane {
  readonly #lanes: Map<string, LaneRows>;
  readonly #waiting = new Waiting();
  #ended = false;

  constructor(planPath: string, lanes: readonly string[]) {
    this.#lanes = new Map(lanes.map((lane) => [lane, new LaneRows(planPath)]));
  }

  has(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  /** Whether every lane has rows enough for now. */
  get full(): boolean {
    return this.#lanes.size > 0 && [...this.#lanes.values()].every(({ size }) => size >= WHOLE);
  }

  /** Adds the next row of a lane, and its place in the plan. */
  add(lane: string, row: PlanRow, span: Span): void {
    const rows = this.#rowsOf(lane);
    rows.add(row, span);
    this.#waiting.wake();
  }

  /** Resolves when a lane can use more rows. */
  room(): Promise<void> {
    return this.#waiting.until(() => !this.full);
  }

  /** Nothing is added after this. */
  end(): void {
    this.#ended = true;
    this.#waiting.release();
  }

  /** The next rows of a lane: `most` of them, fewer at the end of the plan, none after it. `most` is at most `WHOLE`. */
  async take(lane: string, most: number): Promise<PlanRow[]> {
    const rows = this.#rowsOf(lane);
    await this.#waiting.until(() => rows.size >= most || this.#ended);
    const taken = await rows.take(most);
    this.#waiting.wake();
    return taken;
  }

  async close(): Promise<void> {
    this.end();
    await Promise.all([...this.#lanes.values()].map((rows) => rows.close()));
  }

  #rowsOf(lane: string): LaneRows {
    const rows = this.#lanes.get(lane);
    if (rows === undefined) throw new RangeError(`The batch has no lane ${lane}.`);
    return rows;
  }
}

/** Rows of one lane that are not handed over yet, first in, first out: some whole, then the places of the others. */
class LaneRows {
  readonly #whole: PlanRow[] = [];
  readonly #places = new SpanColumn();
  readonly #reader: SpanReader;
  #firstPlace = 0;
  #nextPlace = 0;

  constructor(planPath: string) {
    this.#reader = new SpanReader(planPath);
  }

  get size(): number {
    return this.#whole.length + this.#nextPlace - this.#firstPlace;
  }

  add(row: PlanRow, span: Span): void {
    // Behind a row of which only the place is kept there is none that is whole: rows keep their order.
    if (this.#firstPlace === this.#nextPlace && this.#whole.length < WHOLE) this.#whole.push(row);
    else this.#places.set(this.#nextPlace++, span);
  }

  async take(most: number): Promise<PlanRow[]> {
    const taken = this.#whole.splice(0, most);
    while (taken.length < most && this.#firstPlace < this.#nextPlace) {
      const span = this.#places.at(this.#firstPlace);
      if (span !== undefined) taken.push(await this.#reader.json<PlanRow>(span));
      this.#firstPlace++;
    }
    if (this.#firstPlace === this.#nextPlace) this.#firstPlace = this.#nextPlace = 0;
    return taken;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
