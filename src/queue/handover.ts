/** Hands values over inside this process that would pass through a queue otherwise. */
export class Handover {
  readonly #takers = new Map<string, (value: unknown) => Promise<void>>();
  readonly #underWay = new Set<Promise<void>>();

  /**
   * From here on `take` is given what is meant for the queue `name`. The returned function ends that, and resolves when
   * all that was given is taken.
   */
  begin(name: string, take: (value: unknown) => Promise<void>): () => Promise<void> {
    this.#takers.set(name, take);
    return async () => {
      if (this.#takers.get(name) === take) this.#takers.delete(name);
      await Promise.allSettled(this.#underWay);
    };
  }

  /** Resolves with true when the value is taken, and with false where nobody here takes it. Rejects as its taker does. */
  async give(name: string, value: unknown): Promise<boolean> {
    const taking = this.#takers.get(name)?.(value);
    if (taking === undefined) return false;
    this.#underWay.add(taking);
    try {
      await taking;
      return true;
    } finally {
      this.#underWay.delete(taking);
    }
  }
}
