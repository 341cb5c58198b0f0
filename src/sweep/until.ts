import { late } from '../disk/late.ts';

const luxon = late<typeof import('luxon')>('luxon');

/** `06:00` as minutes since midnight; undefined where it is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/**
 * The first instant after `from` (milliseconds since 1970) at which the clocks of `tz` (IANA name) show that time of day.
 * Where a change to summer time leaves it out, as many minutes after midnight as on other days.
 */
export function nextTimeOfDay(minutes: number, tz: string, from: number): number {
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
