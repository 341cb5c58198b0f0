import { performance } from 'node:perf_hooks';
import * as z from '../json/zod.ts';
import { HostrollError } from '../terms.ts';

export const CLOCK = z.strictObject({
  /** Unix milliseconds at which the clock starts; the present by default. */
  start: z.number().exactOptional(),
  /** Virtual milliseconds per real one: 1 by default, 0 for a clock that only `advance` moves. */
  speed: z.number().min(0).exactOptional(),
  /**
   * Virtual milliseconds that pass with each call, on top of `speed`; 0 by default. With `speed: 0` the pace is that of a
   * client which spends a budget of one call in that time, however fast this machine is.
   */
  per_call_ms: z.number().min(0).exactOptional(),
});
export type ClockOptions = z.infer<typeof CLOCK>;

/**
 * The simulator's own time, in Unix milliseconds. It only goes forward; every state is a function of it. Runs at `speed`
 * times real time from `start` on, and by `per_call_ms` with each call; throws `SANDBOX_CLOCK` for unreal options.
 */
export class Clock {
  readonly #start: number;
  readonly #speed: number;
  readonly #perCall: number;
  readonly #begun = performance.now();
  #advanced = 0;

  constructor({ start = Date.now(), speed = 1, per_call_ms = 0 }: ClockOptions = {}) {
    if (!Number.isFinite(speed) || speed < 0) {
      throw new HostrollError('SANDBOX_CLOCK', `The clock's speed must be 0 or more, not ${speed}.`);
    }
    if (!Number.isFinite(per_call_ms) || per_call_ms < 0) {
      throw new HostrollError('SANDBOX_CLOCK', `A call takes 0 ms of the clock or more, not ${per_call_ms}.`);
    }
    this.#start = start;
    this.#speed = speed;
    this.#perCall = per_call_ms;
  }

  now(): number {
    return this.#start + this.#advanced + (performance.now() - this.#begun) * this.#speed;
  }

  /** Moves the clock forward by `ms`; throws `SANDBOX_CLOCK` for a negative or unreal step. */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new HostrollError('SANDBOX_CLOCK', `The clock moves forward by 0 ms or more, not by ${ms}.`);
    }
    this.#advanced += ms;
  }

  /** A call has arrived. */
  called(): void {
    this.#advanced += this.#perCall;
  }
}
