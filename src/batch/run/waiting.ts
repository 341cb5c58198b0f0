/** Lets callers wait, without polling, until something holds; code that changes what they wait for calls `wake`. */
export class Waiting {
  #waiters: (() => void)[] = [];
  released = false;

  /** Resolves when `holds` does, or everybody is released. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.released) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Lets every waiter go, those that come later too. */
  release(): void {
    this.released = true;
    this.wake();
  }
}
