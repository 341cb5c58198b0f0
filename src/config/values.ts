import type { Quota } from '../lane/budget.ts';
import { HOUR, HostrollError, SECOND } from '../terms.ts';
import { parseDuration } from '../text/duration.ts';

const LONGEST_WINDOW_MS = 24 * HOUR;
const MOST_CALLS = 1_000_000_000;

/** `1200/300` or `1200/5m`: calls per window. Undefined where it is not that, leaves no call, or is beyond all sense. */
export function parseQuota(text: string): Quota | undefined {
  const [, calls, window] = /^(\d+)\/(.+)$/.exec(text.trim()) ?? [];
  const windowMs = window === undefined ? undefined : parseDuration(window);
  const count = Number(calls);
  if (windowMs === undefined || windowMs <= 0 || windowMs > LONGEST_WINDOW_MS) return undefined;
  if (!(count >= 2 && count <= MOST_CALLS)) return undefined;
  return { calls: count, windowSeconds: windowMs / SECOND };
}

/** `0.8` or `80%` as a number above 0, at most 1. Undefined where it is not that. */
export function parseShare(text: string): number | undefined {
  const [, digits, percent] = /^(\d*\.?\d+)(%)?$/.exec(text.trim()) ?? [];
  const share = digits === undefined ? Number.NaN : Number(digits) / (percent === undefined ? 1 : 100);
  return share > 0 && share <= 1 ? share : undefined;
}

/** A whole number that a flag gives. Throws `CONFIG_INVALID`, naming the flag. */
export function wholeNumber(
  flag: string,
  text: string,
  { least = 0, most = 1e15 }: { least?: number; most?: number | undefined },
): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  const range = most === 1e15 ? (least === 0 ? '' : `, at least ${least}`) : ` from ${least} to ${most}`;
  throw new HostrollError('CONFIG_INVALID', `${flag} must be a whole number${range}, not "${text}".`);
}
