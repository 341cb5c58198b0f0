import { LRUCache } from 'lru-cache';

/** Keeps what was found out for a while, so that what many ask for is found out once. The least used go when it is full. */
export class TimedMemo<T> {
  readonly #kept: LRUCache<string, Promise<T>>;
  readonly #lifeMs: (value: T) => number;

  /** `lifeMs` says how long a value is kept. */
  constructor(options: { capacity: number; lifeMs: (value: T) => number; now?: () => number }) {
    this.#kept = new LRUCache({ max: options.capacity, ttlResolution: 0, perf: { now: options.now ?? Date.now } });
    this.#lifeMs = options.lifeMs;
  }

  /** The kept value, else what `find` finds; those who ask meanwhile wait for the same. A failure is not kept. */
  get(key: string, find: () => Promise<T>): Promise<T> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const found = find();
    this.#kept.set(key, found);
    found.then(
      (value) => this.#settled(key, found, this.#lifeMs(value)),
      () => this.#settled(key, found, 0),
    );
    return found;
  }

  /** What is kept, and maybe still being found out. */
  peek(key: string): Promise<T> | undefined {
    return this.#kept.get(key);
  }

  /** Keeps a value that was found out by the way, unless one is kept already. */
  offer(key: string, value: T): void {
    void this.get(key, async () => value);
  }

  #settled(key: string, found: Promise<T>, lifeMs: number): void {
    if (this.#kept.peek(key) !== found) return;
    if (lifeMs > 0) this.#kept.set(key, found, { ttl: Math.ceil(lifeMs) });
    else this.#kept.delete(key);
  }
}
