import type { LedgerEvent } from './ledger-event.ts';

/**
 * How long a batch has worked, from the instants of its events: each run counts from its start to its end, the time
 * between a stop and the resume does not. A run that died counts up to the last thing it wrote.
 */
export class BatchClock {
  #startedAt: string | undefined;
  #endedMs = 0;
  /** The run that has not ended yet, and its last event; milliseconds since the epoch. */
  #open: { from: number; to: number } | undefined;

  see(event: LedgerEvent): void {
    const now = Date.parse(event.at);
    if (event.type === 'started') {
      this.#startedAt ??= event.at;
      this.#endRun();
      this.#open = { from: now, to: now };
    }
    // A clock set back in mid-run must not take time away.
    if (this.#open !== undefined) this.#open.to = Math.max(this.#open.to, now);
    if (event.type === 'stopped' || event.type === 'finished') this.#endRun();
  }

  /** The first start; undefined for a batch that was only planned. */
  get startedAt(): string | undefined {
    return this.#startedAt;
  }

  /** Milliseconds of work up to the last event. */
  get workedMs(): number {
    return this.#endedMs + this.#openMs;
  }

  get #openMs(): number {
    return this.#open === undefined ? 0 : this.#open.to - this.#open.from;
  }

  #endRun(): void {
    this.#endedMs += this.#openMs;
    this.#open = undefined;
  }
}
