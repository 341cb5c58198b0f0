import { Waiting } from './waiting.ts';

/**
 * The rows that are with the lanes: fed, and without outcome yet. `below` and `empty` wait without polling.
 */
export class Outstanding {
  /** Row to lane. */
  readonly #rows = new Map<number, string>();
  readonly #answered = new Set<number>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Waiting();
  readonly #onGone: (row: number) => void;

  /** `onGone` is told of each row that is with a lane no more. */
  constructor(onGone: (row: number) => void = () => {}) {
    this.#onGone = onGone;
  }

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
    this.#answered.delete(row);
    this.#counts.set(lane, this.sizeOf(lane) - 1);
    this.#onGone(row);
    this.#waiting.wake();
  }

  /** The row is answered; a rule keeps its outcome back until it knows more. */
  answered(row: number): void {
    this.#answered.add(row);
  }

  /** No row is with any lane any more; returns those that were, and are not answered. */
  clear(): number[] {
    const rows = [...this.#rows.keys()];
    const unanswered = rows.filter((row) => !this.#answered.has(row));
    for (const row of rows) this.remove(row);
    return unanswered;
  }

  /** Resolves when fewer than `count` rows are with the lane, or `stop` says so. */
  async below(count: number, lane: string, stop: AbortSignal): Promise<void> {
    await this.#until(() => this.sizeOf(lane) < count, stop);
  }

  /** Resolves when no row is with any lane, or `stop` says so. */
  async empty(stop: AbortSignal): Promise<void> {
    await this.#until(() => this.size === 0, stop);
  }

  async #until(holds: () => boolean, stop: AbortSignal): Promise<void> {
    if (holds() || stop.aborted) return;
    const wake = () => this.#waiting.wake();
    stop.addEventListener('abort', wake, { once: true });
    await this.#waiting.until(() => holds() || stop.aborted);
    stop.removeEventListener('abort', wake);
  }
}
