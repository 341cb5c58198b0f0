import { lockHolder } from '../disk/process-lock.ts';
import type { HostrollError } from '../terms.ts';
import type { Run, RunHistory } from './run-event.ts';
import { readHistory } from './run-log.ts';
import type { Schedule } from './schedule.ts';
import { listSchedules, scheduleFiles, schedulesLock } from './schedule-folder.ts';
import { zonedTime } from './schedule-text.ts';

/** A schedule as `schedule list --json` shows it. */
interface ScheduleStatus {
  name: string;
  cron: string;
  tz: string;
  command: string[];
  next_run: string;
  last_run: Run | null;
  /** Whether the last run is going now. */
  running: boolean;
  skipped: NonNullable<RunHistory['skipped']> | null;
  missed: NonNullable<RunHistory['missed']> | null;
}

export interface ScheduleList {
  /** The process that serves them; undefined where none does. */
  served: { pid: number } | undefined;
  schedules: ScheduleStatus[];
  damaged: HostrollError[];
}

/** Reads the schedules of a state folder and what became of them; files only, so that it works while they are served. */
export async function readSchedules(state: string, now: number): Promise<ScheduleList> {
  const served = await lockHolder(schedulesLock(state));
  const { schedules, damaged } = await listSchedules(state);
  const all = schedules.map(async (schedule): Promise<ScheduleStatus> => {
    const { name, pattern, tz } = schedule;
    // Its libraries take time that who has no schedules need not give.
    const { nextSlot } = await import('./cron.ts');
    const { last, skipped, missed } = await readHistory(scheduleFiles(state, name).runs);
    return {
      name,
      cron: pattern,
      tz,
      command: withoutTold(schedule.command),
      next_run: new Date(nextSlot(schedule, now)).toISOString(),
      last_run: last ?? null,
      running: served !== undefined && last !== undefined && last.ended_at === undefined,
      skipped: skipped ?? null,
      missed: missed ?? null,
    };
  });
  return { served, schedules: await Promise.all(all), damaged };
}

/** Whom a command tells may be a secret. */
const withoutTold = (command: readonly string[]): string[] =>
  command.map((word, at) => (command[at - 1] === '--notify' ? '…' : word.replace(/^(--notify=).*$/s, '$1…')));

/** The schedules as text for a person. */
export function scheduleLines({ served, schedules, damaged }: ScheduleList): string[] {
  const lines = schedules.flatMap((schedule) => [
    `${schedule.name}: ${schedule.command.join(' ')}`,
    `  when      ${schedule.cron} (${schedule.tz})`,
    `  next run  ${zonedTime(Date.parse(schedule.next_run), schedule.tz)}`,
    `  last run  ${lastRunText(schedule)}`,
    ...notes(schedule).map((note) => `  !         ${note}`),
  ]);
  if (schedules.length > 0 && served === undefined) {
    lines.push('No coordinator is running on this state folder, so nothing of it is run: start "hostroll serve".');
  }
  return [...lines, ...damaged.map(({ message }) => message)];
}

const CAUSES: Record<Run['cause'], string> = {
  on_time: 'on time',
  late: 'late',
  asked: 'asked for',
  resumed: 'carried on',
};

function lastRunText({ last_run: run, running, tz }: ScheduleStatus & Pick<Schedule, 'tz'>): string {
  if (run === null) return 'none yet';
  const batch = run.batch === undefined ? '' : `, batch ${run.batch}`;
  const begun = `${zonedTime(Date.parse(run.started_at), tz)}, ${CAUSES[run.cause]}${batch}`;
  if (running) return `${begun}: going on`;
  if (run.ended_at === undefined) return `${begun}: broken off`;
  return `${begun}: exit code ${run.exit_code}${run.message === undefined ? '' : `, ${run.message}`}`;
}

/** What was skipped or missed since the last run began, or before it where it made up for that. */
function notes({ last_run: run, skipped, missed }: ScheduleStatus): string[] {
  const since = run === null ? '' : run.started_at;
  const fresh = [missed, skipped].filter((event) => event !== null);
  return fresh.filter(({ at }) => at >= since || run?.cause === 'late').map(({ message }) => message);
}
