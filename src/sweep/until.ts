/** `06:00` as minutes since midnight; undefined where it is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * The first instant after `from` (milliseconds since 1970) at which the clocks of `tz` (IANA name) show that time of day.
 * Where a change to summer time leaves it out, as many minutes after midnight as on other days.
 */
export function nextTimeOfDay(minutes: number, tz: string, from: number): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: tz,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const shown = (at: number): number => {
    const parts = clock.formatToParts(at);
    const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
    return value('hour') * 60 + value('minute');
  };
  /** Minutes since the clocks last showed the time looked for. */
  const since = (at: number): number => (shown(at) - minutes + DAY_MINUTES) % DAY_MINUTES;
  const first = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  // On all days but two of a year this many minutes later; those two are put right by at most a few hours.
  const usual = first + (DAY_MINUTES - since(first)) * MINUTE_MS;
  const off = since(usual);
  const shifted = off < DAY_MINUTES / 2 ? usual - off * MINUTE_MS : usual + (DAY_MINUTES - off) * MINUTE_MS;
  const at = since(shifted) === 0 ? shifted : usual;
  return at <= from ? nextTimeOfDay(minutes, tz, at + MINUTE_MS) : at;
}
