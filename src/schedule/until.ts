import { late } from '../disk/late.ts';

const luxon = late<typeof import('luxon')>('luxon');

/** What parseUntil() takes, for people. */
export const UNTIL_FORM = 'a time of day such as 06:00, or an instant to come such as 2026-12-01T06:00Z';

/**
 * When it ends that goes on until `text`, in milliseconds since 1970: the next such time of day after `from` on the clocks of `tz`
 * (IANA name), or that instant (ISO 8601). Undefined where it is neither, or over by `from`.
 */
export function parseUntil(text: string, tz: string, from: number): number | undefined {
  const minutes = parseTimeOfDay(text);
  if (minutes !== undefined) return nextTimeOfDay(minutes, tz, from);
  const instant = /^\d{4}-\d{2}-\d{2}T.+$/.test(text)
    ? luxon().DateTime.fromISO(text, { zone: tz }).toMillis()
    : Number.NaN;
  return instant > from ? instant : undefined;
}

/** `06:00` as minutes since midnight; undefined where it is no time of day. */
function parseTimeOfDay(text: string): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/**
 * The first instant after `from` (milliseconds since 1970) at which the clocks of `tz` (IANA name) show that time of day.
 * Where a change to summer time leaves it out, as many minutes after midnight as on other days.
 */
function nextTimeOfDay(minutes: number, tz: string, from: number): number {
  const today = luxon().DateTime.fromMillis(from, { zone: tz });
  for (let days = 0; ; days += 1) {
    const day = today
      .plus({ days })
      .set({ hour: Math.floor(minutes / 60), minute: minutes % 60, second: 0, millisecond: 0 });
    // Clocks that are put back show some times twice.
    const instants = day.getPossibleOffsets().map((at) => at.toMillis());
    const next = Math.min(...instants.filter((at) => at > from));
    if (Number.isFinite(next)) return next;
  }
}
