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

/** Shorter windows than this cost more in the queue than they smooth. */
const SHORTEST_WINDOW_MS = 5;

/**
 * The limit that spends `share` (0 to 1) of a quota evenly. The queue's limiter counts in fixed windows and may burst to
 * twice `max` over two of them, so windows are as short as can be: one call each where the budget allows. One call of the
 * quota is never planned with, since a call at each edge of a sliding window counts in it. Rounds down, never up.
 */
export function laneLimit(quota: Quota, share: number): LaneLimit {
  const calls = Math.min(quota.calls * share, quota.calls - 1);
  const perMs = calls / (quota.windowSeconds * SECOND);
  const interval = 1 / perMs;
  if (interval >= SHORTEST_WINDOW_MS) return { max: 1, durationMs: Math.ceil(interval) };
  return { max: Math.floor(SHORTEST_WINDOW_MS * perMs), durationMs: SHORTEST_WINDOW_MS };
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
