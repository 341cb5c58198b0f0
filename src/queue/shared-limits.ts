/** At most `max` jobs are begun per window of `durationMs`. */
export interface QueueLimit {
  max: number;
  durationMs: number;
}

/** The limits that one process has set, each with how many of its batches have set it, by the name of what is limited. */
export type LimitsInUse = Record<string, QueueLimit & { users: number }>;

const pace = ({ max, durationMs }: QueueLimit): number => max / durationMs;

/**
 * What all who use a queue have set as its limit: a queue has one, so that the lowest counts, for as long as who has set it uses
 * the queue. Those of other processes are as they have told last.
 */
export class SharedLimits {
  readonly #own = new Map<object, { name: string; limit: QueueLimit }>();
  #elsewhere: readonly LimitsInUse[] = [];

  /** From here on `user` holds what is named to the limit, instead of to the one it set before. */
  set(user: object, name: string, limit: QueueLimit): void {
    this.#own.set(user, { name, limit });
  }

  drop(user: object): void {
    this.#own.delete(user);
  }

  /** Those of other processes are these from here on. */
  heard(elsewhere: readonly LimitsInUse[]): void {
    this.#elsewhere = elsewhere;
  }

  /** For other processes. */
  get own(): LimitsInUse {
    const own: LimitsInUse = {};
    for (const { name, limit } of this.#own.values()) {
      const other = own[name];
      own[name] = { ...(other === undefined ? limit : lower(limit, other)), users: (other?.users ?? 0) + 1 };
    }
    return own;
  }

  /** The one that counts; undefined where nobody has set any. */
  lowest(name: string): QueueLimit | undefined {
    const all: QueueLimit[] = this.#of(name);
    return all.length === 0 ? undefined : all.reduce(lower);
  }

  /** How many hold themselves to it. */
  users(name: string): number {
    return this.#of(name).reduce((sum, { users }) => sum + users, 0);
  }

  #of(name: string): LimitsInUse[string][] {
    return [this.own, ...this.#elsewhere].flatMap((limits) => limits[name] ?? []);
  }
}

const lower = (a: QueueLimit, b: QueueLimit): QueueLimit => (pace(b) < pace(a) ? b : a);
