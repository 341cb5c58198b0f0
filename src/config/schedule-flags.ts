import { checkedCron } from '../schedule/cron.ts';
import { isScheduleName, type Schedule } from '../schedule/schedule.ts';
import { localZone } from '../schedule/time-zone.ts';
import { HostrollError } from '../terms.ts';
import { parseScheduledCommand } from './scheduled-command.ts';

export interface ScheduleFlags {
  cron: string;
  tz?: string;
}

/**
 * The schedule that carries out `command`, whose paths are meant from `folder`, set at `now` (milliseconds). Throws
 * `SCHEDULE_NAME`, `SCHEDULE_CRON`, `SCHEDULE_TZ`, and as `parseScheduledCommand` does.
 */
export function readSchedule(
  name: string,
  command: string[],
  { cron: pattern, tz = localZone() }: ScheduleFlags,
  { folder, now }: { folder: string; now: number },
): Schedule {
  if (!isScheduleName(name)) {
    throw new HostrollError(
      'SCHEDULE_NAME',
      `"${name}" cannot name a schedule: use 1 to 40 of a-z, 0-9 and "-", beginning and ending with a letter or digit.`,
    );
  }
  const cron = checkedCron(pattern, tz);
  parseScheduledCommand(command, { from: now, tz: cron.tz });
  return { v: 1, name, ...cron, command, folder, set_at: new Date(now).toISOString() };
}
