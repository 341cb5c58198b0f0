import * as z from '../json/zod.ts';
import { SECOND } from '../terms.ts';

export const RATE_LIMIT = z.strictObject({
  /** Calls per window. */
  quota: z.int().min(1),
  /** Real milliseconds, 300,000 by default. */
  window_ms: z.number().min(0).exactOptional(),
  /** How long an overrun refuses every call, in real milliseconds; 300,000 by default. */
  block_ms: z.number().min(0).exactOptional(),
});
export type RateLimitOptions = z.infer<typeof RATE_LIMIT>;

interface RateLimitVerdict {
  allowed: boolean;
  headers: Record<string, string>;
}

const WINDOW_MS = 300_000;

/**
 * A limiter called `name` in its headers: a fixed window that begins with its first call, and a fixed block of
 * everything once it is overrun, which calls made meanwhile do not extend.
 * https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export class RateLimit {
  readonly #name: string;
  readonly #quota: number;
  readonly #windowMs: number;
  readonly #blockMs: number;
  #windowEnds = Number.NEGATIVE_INFINITY;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #blocked = false;
  #used = 0;

  constructor({ quota, window_ms = WINDOW_MS, block_ms = WINDOW_MS }: RateLimitOptions, name = 'default') {
    this.#name = name;
    this.#quota = quota;
    this.#windowMs = window_ms;
    this.#blockMs = block_ms;
  }

  /** Counts one call at `now` (real milliseconds) and tells whether it may pass. */
  count(now: number): RateLimitVerdict {
    if (this.#blocked && now >= this.#blockedUntil) {
      this.#blocked = false;
      this.#windowEnds = now;
    }
    if (!this.#blocked && now >= this.#windowEnds) {
      this.#windowEnds = now + this.#windowMs;
      this.#used = 0;
    }
    if (!this.#blocked && this.#used >= this.#quota) {
      this.#blocked = true;
      this.#blockedUntil = now + this.#blockMs;
    }
    if (this.#blocked) {
      const retryAfter = String(Math.max(1, Math.ceil((this.#blockedUntil - now) / SECOND)));
      return { allowed: false, headers: { ...this.#headers(now, this.#blockedUntil), 'retry-after': retryAfter } };
    }
    this.#used += 1;
    return { allowed: true, headers: this.#headers(now, this.#windowEnds) };
  }

  #headers(now: number, resets: number): Record<string, string> {
    const left = Math.max(0, this.#quota - this.#used);
    return {
      ratelimit: `"${this.#name}";r=${left};t=${Math.ceil((resets - now) / SECOND)}`,
      'ratelimit-policy': `"${this.#name}";q=${this.#quota};w=${Math.ceil(this.#windowMs / SECOND)}`,
    };
  }
}
