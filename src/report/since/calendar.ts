import { late } from '../../disk/late.ts';
import { DAY } from '../../terms.ts';

const luxon = late<typeof import('luxon')>('luxon');

/** One is kept per time zone: making it takes tens of microseconds, a date then 2 where luxon needs 10. */
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

/**
 * The first instant of a calendar date (`2026-11-24`) in `timeZone`, in milliseconds since the epoch: where clocks put
 * back at midnight show it twice, the earlier one.
 */
export function startOfDate(date: string, timeZone: string): number {
  const starts = luxon().DateTime.fromISO(date, { zone: timeZone }).startOf('day').getPossibleOffsets();
  return Math.min(...starts.map((start) => start.toMillis()));
}

/** Whether `text` is a date of the calendar, as `2026-11-24`. */
export const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** The date before `date`. */
export const dayBefore = (date: string): string => new Date(Date.parse(date) - DAY).toISOString().slice(0, 10);
