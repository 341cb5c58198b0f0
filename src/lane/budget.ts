import { SECOND } from '../terms.ts';

/** What the API allows a credential: `calls` in any window of `windowSeconds`. Cloudflare's documented default: 1,200 / 300 s. */
export interface Quota {
  calls: number;
  windowSeconds: number;
}

/** A lane's limit in the queue's terms: at most `max` activations per window of `durationMs`. */
export interface LaneLimit {
  max: number;
  durationMs: number;
}

/**
 * Handing over from one window to the next costs the queue some 2 to 3 ms: of windows this long that is little, and the
 * burst in them harmless.
 */
const LONG_WINDOW_MS = 100;
/** The window more that a span may touch then costs no more than this part of the quota. */
const PART_OF_QUOTA_WINDOW = 0.01;
const SHORTEST_WINDOW_MS = 5;
/** A window is good enough when rounding down to whole calls leaves this much of the rate. */
const GOOD_FIT = 0.98;

/**
 * The limit that spends `share` (0 to 1) of a quota evenly. The queue's limiter counts in fixed windows, so that a span
 * of the quota's length may touch one window more than fits into it: that many calls never exceed the quota either. One
 * call per window where that makes windows long enough; else the shortest long window into which nearly the whole rate fits.
 */
export function laneLimit({ calls, windowSeconds }: Quota, share: number): LaneLimit {
  const quotaMs = windowSeconds * SECOND;
  const perMs = Math.min(calls * share, calls - 1) / quotaMs;
  const leastMs = Math.round(Math.min(LONG_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, quotaMs * PART_OF_QUOTA_WINDOW)));
  let best: LaneLimit = { max: 1, durationMs: Math.ceil(1 / perMs) };
  if (best.durationMs >= leastMs) return best;
  for (let durationMs = leastMs; durationMs <= 2 * leastMs; durationMs++) {
    const windows = Math.ceil(quotaMs / durationMs) + 1;
    const max = Math.floor(Math.min(durationMs * perMs, calls / windows));
    if (max / durationMs > best.max / best.durationMs) best = { max, durationMs };
    if (max / durationMs >= perMs * GOOD_FIT) break;
  }
  return best;
}

/** Calls per second that a limit lets through. */
export const callsPerSecond = ({ max, durationMs }: LaneLimit): number => (max / durationMs) * SECOND;

/** A slow call takes this long; with fewer calls side by side than begin in that time, the budget would go unused. */
const SLOW_CALL_SECONDS = 4;
const LEAST_CONCURRENCY = 4;
const MOST_CONCURRENCY = 50;

/** Calls a worker makes side by side so that slow answers do not hold the lane below its limit. */
export const laneConcurrency = (limit: LaneLimit): number =>
  Math.min(MOST_CONCURRENCY, Math.max(LEAST_CONCURRENCY, Math.ceil(callsPerSecond(limit) * SLOW_CALL_SECONDS)));
