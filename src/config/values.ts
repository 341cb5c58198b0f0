import type { Quota } from '../lane/budget.ts';
import { HOUR, MINUTE, SECOND } from '../terms.ts';

const UNITS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR };

/** `90`, `90s`, `15m`, `2h`, `2d` or `500ms` in milliseconds; a bare number means seconds. Undefined where it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Math.round(Number(digits) * (UNITS[unit ?? 's'] ?? SECOND));
}

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
