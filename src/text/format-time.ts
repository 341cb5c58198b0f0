import { DAY, HOUR, MINUTE, SECOND } from '../terms.ts';

/** `ms` in at most two units, e.g. "0.4 s", "12 s", "4 min 10 s", "2 h 05 min", "1 d 3 h"; a second unit of nothing is left out. */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return inUnits(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return inUnits(ms, HOUR, 'h', MINUTE, 'min');
  return inUnits(ms, DAY, 'd', HOUR, 'h').replace(' 0', ' ');
}

function inUnits(ms: number, great: number, greatName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % great) / small);
  return `${Math.floor(ms / great)} ${greatName}${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} ${smallName}`}`;
}

/** `instant` (ISO 8601, or milliseconds since 1970), "2026-03-04 14:02:10 UTC": read on any machine, it is the same time. */
export function formatInstant(instant: string | number): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return String(instant);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The same for who looks on: without its date where that is today's, "14:02:10 UTC". `now` in milliseconds since 1970. */
export function formatClock(instant: string | number, now = Date.now()): string {
  const text = formatInstant(instant);
  return text.slice(0, 11) === formatInstant(now).slice(0, 11) ? text.slice(11) : text;
}
