import { DAY, HOUR, MINUTE, SECOND } from '../terms.ts';

const UNITS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `90`, `90s`, `15m`, `2h`, `2d` or `500ms` in milliseconds; a bare number means seconds. Undefined where it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Math.round(Number(digits) * (UNITS[unit ?? 's'] ?? SECOND));
}
