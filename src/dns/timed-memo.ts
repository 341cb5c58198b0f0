/** Keeps what was found out for a while, so that what many ask for is found out once. The oldest go when it is full. */
export class TimedMemo<T> {
  readonly #entries = new Map<string, { value: Promise<T>; until: number }>();
  readonly #capacity: number;
  readonly #lifeMs: (value: T) => number;
  readonly #now: () => number;

  /** `lifeMs` says how long a value is kept. */
  constructor(options: { capacity: number; lifeMs: (value: T) => number; now?: () => number }) {
    this.#capacity = options.capacity;
    this.#lifeMs = options.lifeMs;
    this.#now = options.now ?? Date.now;
  }

  /** The kept value, else what `find` finds; those who ask meanwhile wait for the same. A failure is not kept. */
  get(key: string, find: () => Promise<T>): Promise<T> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const entry = { value: find(), until: Number.POSITIVE_INFINITY };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.value.then(
      (value) => {
        entry.until = this.#now() + this.#lifeMs(value);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
    return entry.value;
  }

  /** What is kept, and maybe still being found out. */
  peek(key: string): Promise<T> | undefined {
    const kept = this.#entries.get(key);
    return kept !== undefined && kept.until > this.#now() ? kept.value : undefined;
  }

  /** Keeps a value that was found out by the way, unless one is kept already. */
  offer(key: string, value: T): void {
    void this.get(key, async () => value);
  }
}
