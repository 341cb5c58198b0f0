import { performance } from 'node:perf_hooks';
import { HostrollError } from '../terms.ts';

/** The simulator's own time, in Unix milliseconds. It only goes forward; every state is a function of it. */
export interface Clock {
  now(): number;
  /** Moves the clock forward by `ms`; throws `SANDBOX_CLOCK` for a negative or unreal step. */
  advance(ms: number): void;
  /** A call has arrived. */
  called(): void;
}

export interface ClockOptions {
  /** Unix milliseconds at which the clock starts; the present by default. */
  start?: number;
  /** Virtual milliseconds per real one: 1 by default, 0 for a clock that only `advance` moves. */
  speed?: number;
  /**
   * Virtual milliseconds that pass with each call, on top of `speed`; 0 by default. With `speed: 0` the pace is that of a
   * client which spends a budget of one call in that time, however fast this machine is.
   */
  per_call_ms?: number;
}

/** A clock that runs at `speed` times real time from `start` on, and by `per_call_ms` with each call. */
export const createClock = ({ start = Date.now(), speed = 1, per_call_ms = 0 }: ClockOptions = {}): Clock => {
  if (!Number.isFinite(speed) || speed < 0) {
    throw new HostrollError('SANDBOX_CLOCK', `The clock's speed must be 0 or more, not ${speed}.`);
  }
  if (!Number.isFinite(per_call_ms) || per_call_ms < 0) {
    throw new HostrollError('SANDBOX_CLOCK', `A call takes 0 ms of the clock or more, not ${per_call_ms}.`);
  }
  const begun = performance.now();
  let advanced = 0;
  return {
    now: () => start + advanced + (performance.now() - begun) * speed,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) {
        throw new HostrollError('SANDBOX_CLOCK', `The clock moves forward by 0 ms or more, not by ${ms}.`);
      }
      advanced += ms;
    },
    called() {
      advanced += per_call_ms;
    },
  };
};
