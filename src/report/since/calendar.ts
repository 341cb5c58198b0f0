import { HOUR } from '../../terms.ts';

const DAY = 24 * HOUR;

/** A format takes tens of microseconds and kilobytes to make, a date a thousandth of that: one is kept per time zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar date at `ms` (milliseconds since the epoch) in `timeZone`, as `2026-11-24`. */
export function localDate(ms: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(ms);
}

/** How many nights lie between two instants: the midnights of `timeZone` that were passed. */
export const nightsBetween = (fromMs: number, toMs: number, timeZone: string): number =>
  Math.max(0, (Date.parse(localDate(toMs, timeZone)) - Date.parse(localDate(fromMs, timeZone))) / DAY);

/** The first instant of a calendar date (`2026-11-24`) in `timeZone`, in milliseconds since the epoch. */
export function startOfDate(date: string, timeZone: string): number {
  // No clock is further than 14 hours from UTC, and the date only ever grows.
  let [before, at] = [Date.parse(date) - 15 * HOUR, Date.parse(date) + 15 * HOUR];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (localDate(middle, timeZone) < date) before = middle;
    else at = middle;
  }
  return at;
}

/** Whether `text` is a date of the calendar, as `2026-11-24`. */
export const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** The date before `date`. */
export const dayBefore = (date: string): string => new Date(Date.parse(date) - DAY).toISOString().slice(0, 10);
