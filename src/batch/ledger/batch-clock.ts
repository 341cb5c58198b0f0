/**
 * How long a batch has worked: each run counts from its start to its end, the time between a stop and the resume does
 * not. A run that died counts up to the last thing it wrote. Instants in milliseconds since the epoch.
 */
export class BatchClock {
  #endedMs = 0;
  /** The latest instant of all events. */
  latest = 0;
  /** The run that has not ended yet, and its last event. */
  #open: { from: number; to: number } | undefined;

  runBegins(now: number): void {
    this.runEnds(this.#open?.to ?? now);
    this.#open = { from: now, to: now };
  }

  /** Something was written. A clock set back in mid-run must not take time away. */
  reach(now: number): void {
    if (now > this.latest) this.latest = now;
    if (this.#open !== undefined) this.#open.to = Math.max(this.#open.to, now);
  }

  runEnds(now: number): void {
    this.reach(now);
    this.#endedMs = this.workedMs;
    this.#open = undefined;
  }

  /** Milliseconds of work up to the last event. */
  get workedMs(): number {
    return this.#endedMs + (this.#open === undefined ? 0 : this.#open.to - this.#open.from);
  }
}
