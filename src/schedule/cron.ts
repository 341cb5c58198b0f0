import { late } from '../disk/late.ts';
import { HostrollError } from '../terms.ts';
import { CronExpressionParser } from './cron-parser.ts';
import { timeZoneOf } from './time-zone.ts';

const luxon = late<typeof import('luxon')>('luxon');

/** When something is due: a cron expression, read in a time zone (IANA name). */
export interface Cron {
  pattern: string;
  tz: string;
}

/** Instants that have come, in milliseconds since 1970: the newest, and how many came before it. */
export interface DueSlots {
  newest: number;
  /** The oldest, and the last before `newest`; absent where `newest` is the only one. */
  earlier?: { first: number; last: number; count: number };
}

/** Slots counted one by one; a schedule that was not looked at for longer missed "more than" that many. */
export const SLOTS_COUNTED = 1_000;

/** Five fields, or six with seconds first, or a word such as @daily. `H` is left out: its instant differs each time. */
const FORM = /^(@[a-z]+|[^\sH]+( [^\sH]+){4,5})$/;

/**
 * Checks an expression with the parser that BullMQ uses, and the zone with the platform's own list. Throws
 * `SCHEDULE_CRON` or `SCHEDULE_TZ`, saying what is wrong with it.
 */
export function checkedCron(pattern: string, tz: string): Cron {
  const cron = { pattern: pattern.trim().replaceAll(/\s+/g, ' '), tz: checkedZone(tz) };
  if (changesByPartOfAnHour(cron.tz)) {
    throw new HostrollError(
      'SCHEDULE_TZ',
      `Schedules cannot follow the clocks of ${cron.tz}, which change by part of an hour; give another zone, such as UTC.`,
    );
  }
  const reason = FORM.test(cron.pattern) ? refusalOf(cron) : 'it must have five fields (minute hour day month weekday)';
  if (reason === undefined) return cron;
  throw new HostrollError(
    'SCHEDULE_CRON',
    `"${pattern}" is not a cron expression hostroll can run: ${reason}; write it like "15 2 * * *" (every day at 02:15).`,
  );
}

/** The zone's name as the platform spells it. Throws `SCHEDULE_TZ`. */
export function checkedZone(tz: string): string {
  const zone = timeZoneOf(tz);
  if (zone !== undefined) return zone;
  throw new HostrollError(
    'SCHEDULE_TZ',
    `"${tz}" is not a time zone; give an IANA name such as Europe/Berlin, America/New_York or UTC.`,
  );
}

/** The parser gives up on a weekly slot behind such a change ("loop limit exceeded", cron-parser 5.10); Lord Howe Island has it. */
function changesByPartOfAnHour(tz: string): boolean {
  const { DateTime, IANAZone } = luxon();
  const zone = new IANAZone(tz);
  const now = DateTime.now();
  const minutes = Array.from({ length: 12 }, (_, months) => zone.offset(now.plus({ months }).toMillis()) % 60);
  return new Set(minutes).size > 1;
}

/** The first slot after an instant. */
export const nextSlot = (cron: Cron, after: number): number => slotsAfter(cron, after)();

/**
 * The slots after `after`, up to and including `now`; undefined where none has come. Counted forwards, as the queue does:
 * backwards, the hour that a change to summer time leaves out would have none.
 */
export function dueSlots(cron: Cron, after: number, now: number): DueSlots | undefined {
  const next = slotsAfter(cron, after);
  const first = next();
  if (first > now) return undefined;
  let [newest, last, count] = [first, first, 0];
  for (let slot = next(); slot <= now; slot = next()) {
    [last, newest] = [newest, slot];
    count++;
    if (count === SLOTS_COUNTED) return { newest: newestBefore(cron, now), earlier: { first, last, count } };
  }
  return count === 0 ? { newest } : { newest, earlier: { first, last, count } };
}

function refusalOf(cron: Cron): string | undefined {
  try {
    nextSlot(cron, 0);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/\.+$/, '').replace(/^\w/, (letter) => letter.toLowerCase());
  }
}

function slotsAfter({ pattern, tz }: Cron, after: number): () => number {
  const slots = CronExpressionParser.parse(pattern, { tz, currentDate: new Date(after) });
  return () => slots.next().getTime();
}

/** For slots so close together that none of them falls into a skipped hour alone. */
const newestBefore = ({ pattern, tz }: Cron, now: number): number =>
  CronExpressionParser.parse(pattern, { tz, currentDate: new Date(now + 1) })
    .prev()
    .getTime();
