import { DAY, HOUR, MINUTE, SECOND } from '../../terms.ts';

/** `ms` in at most two units, e.g. "0.4 s", "12 s", "4 min 10 s", "2 h 05 min", "1 d 3 h". */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${two((ms % MINUTE) / SECOND)} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${two((ms % HOUR) / MINUTE)} min`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/**
 * The wall clock of `instant` (ISO 8601), "14:02:10", in `timeZone` or else the zone of this machine; with its date in front
 * ("2026-03-04 14:02:10") where that is not today's, which `now` (milliseconds since 1970) says.
 */
export function formatClock(instant: string, timeZone?: string, now = Date.now()): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  // A fixed locale: the same text wherever it is read, and this one writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone && { timeZone }),
  });
  const [text, today] = [format.format(date), format.format(now)];
  return text.slice(0, 10) === today.slice(0, 10) ? text.slice(11) : text;
}

/** `instant` (ISO 8601) for a file that is read elsewhere: "2026-03-04 14:02:10 UTC". */
export function formatInstant(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
