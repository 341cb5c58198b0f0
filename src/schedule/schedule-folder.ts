import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonOf } from '../disk/json-lines.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import { HostrollError } from '../terms.ts';
import { isScheduleName, SCHEDULE, type Schedule } from './schedule.ts';
import { schedulesOf } from './schedules-of.ts';

/**
 * Where a state folder keeps its schedules, one folder each. These files are the truth: the queue, which may lose its
 * data, or belong to another process, only wakes the process that serves them.
 */
export interface ScheduleFiles {
  folder: string;
  schedule: string;
  /** What came of it: written by the process that serves it. */
  runs: string;
  /** There while somebody has asked for a run out of turn. */
  request: string;
}

/** The lock of the process that serves the schedules of a state folder. */
export const schedulesLock = (state: string): string => join(schedulesOf(state), 'lock');

export function scheduleFiles(state: string, name: string): ScheduleFiles {
  const folder = join(schedulesOf(state), name);
  return {
    folder,
    schedule: join(folder, 'schedule.json'),
    runs: join(folder, 'runs.jsonl'),
    request: join(folder, 'run-now'),
  };
}

/** Makes the folder in which the schedules are. */
export const makeSchedulesFolder = (state: string): Promise<void> => makePrivateFolder(schedulesOf(state));

/** Writes a schedule; it then has that content or its old one, never a part. */
export async function writeSchedule(state: string, schedule: Schedule): Promise<void> {
  const files = scheduleFiles(state, schedule.name);
  await makePrivateFolder(files.folder);
  await replaceFileText(files.schedule, `${JSON.stringify(schedule, null, 2)}\n`);
}

/** As `writeSchedule`. Throws `SCHEDULE_EXISTS` where there is one of that name, and it is not to be replaced. */
export async function addSchedule(state: string, schedule: Schedule, replace: boolean): Promise<void> {
  const known = await findSchedule(state, schedule.name).catch(() => undefined);
  if (known !== undefined && !replace) {
    throw new HostrollError(
      'SCHEDULE_EXISTS',
      `There is a schedule "${schedule.name}" already; give --replace to put this in its place.`,
    );
  }
  await writeSchedule(state, schedule);
}

/** A schedule by its name. Throws `SCHEDULE_UNKNOWN` and `SCHEDULE_DAMAGED`. */
export async function knownSchedule(state: string, name: string): Promise<Schedule> {
  const schedule = await findSchedule(state, name);
  if (schedule !== undefined) return schedule;
  const names = (await listSchedules(state)).schedules.map((one) => one.name);
  const known = names.length === 0 ? 'there is none at all' : `there are ${names.join(', ')}`;
  throw new HostrollError('SCHEDULE_UNKNOWN', `There is no schedule "${name}" under ${state}; ${known}.`);
}

/** Removes a schedule with its history. A run that is going goes on to its end. */
export const removeSchedule = (state: string, name: string): Promise<void> =>
  rm(scheduleFiles(state, name).folder, { recursive: true, force: true });

/** A schedule by its name, or undefined where there is none. Throws `SCHEDULE_DAMAGED`. */
export async function findSchedule(state: string, name: string): Promise<Schedule | undefined> {
  if (!isScheduleName(name)) return undefined;
  const path = scheduleFiles(state, name).schedule;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = SCHEDULE.safeParse(jsonOf(text));
  if (parsed.success && parsed.data.name === name) return parsed.data;
  throw new HostrollError(
    'SCHEDULE_DAMAGED',
    `${path} is not a schedule hostroll wrote; remove it with "hostroll schedule remove ${name}" and add it again.`,
  );
}

/** All schedules by name, and for each that cannot be read the failure. */
export async function listSchedules(state: string): Promise<{ schedules: Schedule[]; damaged: HostrollError[] }> {
  const schedules: Schedule[] = [];
  const damaged: HostrollError[] = [];
  for (const name of await namesIn(schedulesOf(state))) {
    try {
      const schedule = await findSchedule(state, name);
      if (schedule !== undefined) schedules.push(schedule);
    } catch (error) {
      if (!(error instanceof HostrollError)) throw error;
      damaged.push(error);
    }
  }
  return { schedules, damaged };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
