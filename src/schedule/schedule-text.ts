import { late } from '../disk/late.ts';
import type { Run } from './run-event.ts';
import type { Schedule } from './schedule.ts';

const luxon = late<typeof import('luxon')>('luxon');

/** Sentences about schedules: for the log, for the person who watches the coordinator, and for `hostroll schedule list`. */

/** An instant on the clock of a zone, to the second: `2026-11-26 02:15:00 Europe/Berlin`. */
export const zonedTime = (at: number, tz: string): string =>
  `${luxon().DateTime.fromMillis(at, { zone: tz }).toFormat('yyyy-MM-dd HH:mm:ss')} ${tz}`;

interface Slots {
  first: number;
  last: number;
  count: number;
}

const span = ({ first, last, count }: Slots, tz: string): string =>
  count === 1
    ? `the run due at ${zonedTime(last, tz)} was`
    : `${count} runs, due from ${zonedTime(first, tz)} to ${zonedTime(last, tz)}, were`;

/** For runs that nobody made in time, and that are not made up for. */
export const missedText = ({ name, tz }: Schedule, slots: Slots): string =>
  `Schedule ${name}: ${span(slots, tz)} missed, as no coordinator was running; only the latest is made up for.`;

/** For runs that came too late to be made up for. */
export const windowOverText = ({ name, tz }: Schedule, slots: Slots): string =>
  `Schedule ${name}: ${span(slots, tz)} missed, as no coordinator was running; the time up to --until is over, so it waits for its next slot.`;

export const lateText = ({ name, tz }: Schedule, slot: number): string =>
  `Schedule ${name}: the run due at ${zonedTime(slot, tz)} was missed, and is made up for now.`;

/** For a run that did not begin because the one before it still goes. */
export function overlapText({ name, tz }: Schedule, slot: number | undefined, running: Run | undefined): string {
  const what = slot === undefined ? 'the run that was asked for' : `the run due at ${zonedTime(slot, tz)}`;
  const since = running === undefined ? '' : `, begun at ${zonedTime(Date.parse(running.started_at), tz)},`;
  return `Schedule ${name}: ${what} was skipped, as the run before it${since} is still going.`;
}
