import { HOUR, SECOND } from '../terms.ts';

/**
 * Longest wait that a peer may ask for at a time. Cloudflare's documented block is 5 minutes; a peer that asks for more is
 * asked again after an hour, which costs one call, where believing it would hold a lane for years.
 */
export const LONGEST_ASKED_MS = 1 * HOUR;

/** A wait within bounds; `asked` is how it was written, where that is beyond them. */
export interface AskedWait {
  ms: number;
  asked?: string;
}

/**
 * Reads `retry-after`: seconds, or a date as in RFC 9110, section 10.2.3 (this API sends seconds). Undefined for anything
 * else. `now`: milliseconds since 1970.
 */
export function waitAsked(header: string | undefined, now: number): AskedWait | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * SECOND, `${text} s`);
  const date = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : bounded(date - now, text);
}

/** `asked`: the wait as it was written. */
export function bounded(ms: number, asked: string): AskedWait {
  return ms > LONGEST_ASKED_MS ? { ms: LONGEST_ASKED_MS, asked } : { ms: Math.max(0, ms) };
}
