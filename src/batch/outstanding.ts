/**
 * The rows that are with the lane: fed, and without outcome yet. `below` and `empty` wait for room without polling;
 * `release` lets every waiter go, when the run is to stop.
 */
export class Outstanding {
  readonly #rows = new Set<number>();
  #waiters: (() => void)[] = [];
  #released = false;

  get size(): number {
    return this.#rows.size;
  }

  rows(): number[] {
    return [...this.#rows];
  }

  add(row: number): void {
    this.#rows.add(row);
  }

  /** The row has its outcome. */
  remove(row: number): void {
    if (this.#rows.delete(row)) this.#wake();
  }

  /** Resolves when fewer than `count` rows are out, or the run stops. */
  async below(count: number): Promise<void> {
    while (this.#rows.size >= count && !this.#released) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  release(): void {
    this.#released = true;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
