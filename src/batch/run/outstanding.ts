import { Waiting } from './waiting.ts';

/**
 * The rows that are with the lanes: fed, and without outcome yet. `below` and `empty` wait without polling;
 * `release` lets every waiter go, when the run is to stop.
 */
export class Outstanding {
  /** Row to lane. */
  readonly #rows = new Map<number, string>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Waiting();

  get size(): number {
    return this.#rows.size;
  }

  /** Rows that are with one lane. */
  sizeOf(lane: string): number {
    return this.#counts.get(lane) ?? 0;
  }

  /** The lane that a row is with. */
  laneOf(row: number): string | undefined {
    return this.#rows.get(row);
  }

  add(row: number, lane: string): void {
    if (this.#rows.has(row)) return;
    this.#rows.set(row, lane);
    this.#counts.set(lane, this.sizeOf(lane) + 1);
  }

  /** The row has its outcome. */
  remove(row: number): void {
    const lane = this.#rows.get(row);
    if (lane === undefined) return;
    this.#rows.delete(row);
    this.#counts.set(lane, this.sizeOf(lane) - 1);
    this.#waiting.wake();
  }

  /** Resolves when fewer than `count` rows are with the lane, or the run stops. */
  async below(count: number, lane: string): Promise<void> {
    await this.#waiting.until(() => this.sizeOf(lane) < count);
  }

  /** Resolves when no row is with any lane, or the run stops. */
  async empty(): Promise<void> {
    await this.#waiting.until(() => this.size === 0);
  }

  release(): void {
    this.#waiting.release();
  }
}
