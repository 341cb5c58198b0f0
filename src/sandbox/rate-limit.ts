import { SECOND } from '../terms.ts';

export interface RateLimitOptions {
  /** Calls per window. */
  quota: number;
  /** Real milliseconds, 300,000 by default. */
  window_ms?: number;
  /** How long an overrun refuses every call, in real milliseconds; 300,000 by default. */
  block_ms?: number;
}

interface RateLimitVerdict {
  allowed: boolean;
  headers: Record<string, string>;
}

const WINDOW_MS = 300_000;

/** Counts one call at `now` and tells whether it may pass. */
export type RateLimit = (now: number) => RateLimitVerdict;

/**
 * A limiter called `name` in its headers: a fixed window that begins with its first call, and a fixed block of
 * everything once it is overrun, which calls made meanwhile do not extend. `now` is real time in milliseconds.
 * https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export const createRateLimit = (options: RateLimitOptions, name = 'default'): RateLimit => {
  const { quota, window_ms: windowMs = WINDOW_MS, block_ms: blockMs = WINDOW_MS } = options;
  let windowEnds = Number.NEGATIVE_INFINITY;
  let blockedUntil = Number.NEGATIVE_INFINITY;
  let blocked = false;
  let used = 0;
  const policy = `"${name}";q=${quota};w=${Math.ceil(windowMs / SECOND)}`;
  const headers = (now: number, resets: number): Record<string, string> => ({
    ratelimit: `"${name}";r=${Math.max(0, quota - used)};t=${Math.ceil((resets - now) / SECOND)}`,
    'ratelimit-policy': policy,
  });
  return (now) => {
    if (blocked && now >= blockedUntil) {
      blocked = false;
      windowEnds = now;
    }
    if (!blocked && now >= windowEnds) {
      windowEnds = now + windowMs;
      used = 0;
    }
    if (!blocked && used >= quota) {
      blocked = true;
      blockedUntil = now + blockMs;
    }
    if (blocked) {
      const retryAfter = String(Math.max(1, Math.ceil((blockedUntil - now) / SECOND)));
      return { allowed: false, headers: { ...headers(now, blockedUntil), 'retry-after': retryAfter } };
    }
    used += 1;
    return { allowed: true, headers: headers(now, windowEnds) };
  };
};
