import { MINUTE, SECOND } from '../terms.ts';
import type { FailureCategory } from './failure.ts';

/** Calls made for one row before it is given up. With the waits below: about two minutes of trying. */
export const MAX_TRIES = 8;
/** Calls made for one page or look-up, which somebody is waiting for: about a quarter of a minute of trying. */
export const MAX_READ_TRIES = 5;
const FIRST_WAIT_MS = 1 * SECOND;
const LONGEST_WAIT_MS = 1 * MINUTE;

/** Cloudflare's documented block after an overrun, for a 429 that does not say how long. */
const BLOCK_MS = 5 * MINUTE;

export type AfterFailure =
  /** Try this job again after a wait; others go on. */
  | { next: 'again'; wait_ms: number }
  /** Nobody on this credential calls until the wait is over; the try does not count. */
  | { next: 'cool'; wait_ms: number }
  /** No row can succeed with this credential. */
  | { next: 'stop' }
  | { next: 'final'; outcome: 'failed' | 'gave_up' };

interface Trying {
  /** Calls that failed so far in a way that is worth another, this one included. */
  tries: number;
  /** Given up when `tries` reaches this. */
  maxTries: number;
  /** The server's own wish. */
  retryAfterMs: number | undefined;
  /** A number in [0, 1) that spreads the waits over their upper half. */
  random: number;
}

/**
 * What follows a failed call.
 *
 * | category     | then                                                              |
 * |--------------|-------------------------------------------------------------------|
 * | rate_limited | cool for `retry-after`, else 5 minutes; never burns a try         |
 * | server       | again after 1, 2, 4 … 60 s (longer if `retry-after` says so); given up after `maxTries` |
 * | network      | as server                                                         |
 * | final        | failed                                                            |
 * | stop         | stop the run                                                      |
 */
export function afterFailure(
  category: FailureCategory,
  { tries, maxTries, retryAfterMs, random }: Trying,
): AfterFailure {
  switch (category) {
    case 'rate_limited':
      // At least a second: a `retry-after` of 0 must not turn into a tight loop.
      return { next: 'cool', wait_ms: Math.max(retryAfterMs ?? BLOCK_MS, SECOND) };
    case 'server':
    case 'network': {
      if (tries >= maxTries) return { next: 'final', outcome: 'gave_up' };
      const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
      return { next: 'again', wait_ms: Math.max(Math.round(wait * (0.5 + random / 2)), retryAfterMs ?? 0) };
    }
    case 'final':
      return { next: 'final', outcome: 'failed' };
    case 'stop':
      return { next: 'stop' };
  }
}
