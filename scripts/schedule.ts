import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig, readStateConfig } from '../src/config/config.ts';
import { withCallFlags, withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { parseScheduledCommand } from '../src/config/scheduled-command.ts';
import { ownEngine } from '../src/coordinator/engine.ts';
import { runScheduled } from '../src/coordinator/run-scheduled.ts';
import { FILE_MODE } from '../src/disk/private-folder.ts';
import { lockHolder, takeProcessLock } from '../src/disk/process-lock.ts';
import { checkedCron, nextSlot } from '../src/schedule/cron.ts';
import { recordedRun } from '../src/schedule/recorded-run.ts';
import { RunLog, readHistory } from '../src/schedule/run-log.ts';
import { isScheduleName, type Schedule } from '../src/schedule/schedule.ts';
import {
  findSchedule,
  listSchedules,
  removeSchedule,
  scheduleFiles,
  schedulesLock,
  writeSchedule,
} from '../src/schedule/schedule-folder.ts';
import { readSchedules, scheduleLines } from '../src/schedule/schedule-list.ts';
import { zonedTime } from '../src/schedule/schedule-text.ts';
import { localZone } from '../src/schedule/time-zone.ts';
import { type BatchId, HostrollError, SECOND } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface AddFlags extends Pick<Flags, 'state'> {
  cron: string;
  tz?: string;
  replace?: boolean;
}

/** How long `schedule run` waits for a coordinator to begin; it looks at its files every 2 s. */
const BEGINS_WITHIN_MS = 15 * SECOND;
const POLL_MS = 200;

/** `hostroll schedule`: commands that a coordinator runs again and again, by a cron expression. */
export const scheduleCommand: AddCommand = (program, shell, exit) => {
  const schedule = program.command('schedule');
  withStateFlag(schedule.command('add').argument('<name>').argument('<command...>', 'what to run, behind "--"'))
    .description('Add a schedule; it takes effect within seconds where hostroll serve is running')
    .requiredOption('--cron <expression>', 'when: minute hour day month weekday; six fields begin with the second')
    .option('--tz <zone>', 'whose clock it goes by, such as Europe/Berlin (that of this machine)')
    .option('--replace', 'put it in the place of one of the same name')
    .addHelpText(
      'after',
      `
Behind "--" stands a command as you would type it: sweep, or apply. It is carried out within hostroll serve, with its
credentials and quota, and without being asked about. A run that is due while the one before it is still going is skipped; of
the runs that were due while no coordinator was running, the latest is made up for.

Example:
  hostroll schedule add nightly --cron "15 2 * * *" --tz Europe/Berlin -- sweep acme-store.net --max-calls 2000 --until 06:00`,
    )
    .action(async (name: string, command: string[], flags: AddFlags) => exit(await add(name, command, flags, shell)));
  withStateFlag(schedule.command('list'))
    .description('Show all schedules with their next and last run')
    .option('--json', 'print JSON on standard output')
    .action(async (flags: Pick<Flags, 'state'> & { json?: boolean }) => exit(await list(flags, shell)));
  withStateFlag(schedule.command('remove').argument('<name>'))
    .description('Remove a schedule; a run that is going goes on to its end')
    .action(async (name: string, flags: Pick<Flags, 'state'>) => exit(await remove(name, flags, shell)));
  withCallFlags(schedule.command('run').argument('<name>'))
    .description('Run a schedule now: within hostroll serve where it is running, else here')
    .action(async (name: string, flags: Flags) => exit(await runNow(name, flags, shell)));
};

async function add(name: string, command: string[], flags: AddFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  if (!isScheduleName(name)) {
    throw new HostrollError(
      'SCHEDULE_NAME',
      `"${name}" cannot name a schedule: use 1 to 40 of a-z, 0-9 and "-", beginning and ending with a letter or digit.`,
    );
  }
  const cron = checkedCron(flags.cron, flags.tz ?? localZone());
  parseScheduledCommand(command, { from: Date.now(), tz: cron.tz });
  const known = await findSchedule(state, name).catch(() => undefined);
  if (known !== undefined && !flags.replace) {
    throw new HostrollError(
      'SCHEDULE_EXISTS',
      `There is a schedule "${name}" already; give --replace to put this in its place.`,
    );
  }
  const set_at = new Date().toISOString();
  await writeSchedule(state, { v: 1, name, ...cron, command, folder: resolve('.'), set_at });
  terminal.out(`${name}: next run ${zonedTime(nextSlot(cron, Date.now()), cron.tz)}`);
  if ((await lockHolder(schedulesLock(state))) === undefined) {
    terminal.note('No coordinator is running on this state folder: start "hostroll serve", which runs it.');
  }
  return EXIT.ok;
}

async function list(flags: Pick<Flags, 'state'> & { json?: boolean }, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  const all = await readSchedules(state, Date.now());
  if (flags.json) terminal.out(JSON.stringify(all.schedules, null, 2));
  else if (all.schedules.length + all.damaged.length === 0) {
    terminal.out(`No schedules under ${state} yet; add one with "hostroll schedule add".`);
  } else for (const line of scheduleLines(all)) terminal.out(line);
  return EXIT.ok;
}

async function remove(name: string, flags: Pick<Flags, 'state'>, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  // One that cannot be read can still be removed.
  await existing(state, name).catch((error: HostrollError) => {
    if (error.code !== 'SCHEDULE_DAMAGED') throw error;
  });
  await removeSchedule(state, name);
  terminal.out(`Removed ${name}.`);
  return EXIT.ok;
}

async function existing(state: string, name: string): Promise<Schedule> {
  const schedule = await findSchedule(state, name);
  if (schedule !== undefined) return schedule;
  const names = (await listSchedules(state)).schedules.map((one) => one.name);
  const known = names.length === 0 ? 'there is none at all' : `there are ${names.join(', ')}`;
  throw new HostrollError('SCHEDULE_UNKNOWN', `There is no schedule "${name}" under ${state}; ${known}.`);
}

async function runNow(name: string, flags: Flags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  const schedule = await existing(state, name);
  const holder = await lockHolder(schedulesLock(state));
  return holder === undefined ? runHere(schedule, flags, shell) : askFor(state, name, holder.pid, terminal);
}

/** Leaves the request where the process that serves the schedules looks for it, and says what it does with it. */
async function askFor(state: string, name: string, pid: number, terminal: Terminal): Promise<number> {
  const { request, runs } = scheduleFiles(state, name);
  const asked = new Date().toISOString();
  await writeFile(request, asked, { mode: FILE_MODE });
  const deadline = Date.now() + BEGINS_WITHIN_MS;
  while (Date.now() < deadline) {
    const { last, skipped } = await readHistory(runs);
    if (skipped !== undefined && skipped.at >= asked) {
      terminal.note(skipped.message);
      return EXIT.inUse;
    }
    if (last !== undefined && last.started_at >= asked && (last.batch !== undefined || last.ended_at !== undefined)) {
      terminal.note(`Process ${pid} runs it; "hostroll schedule list" shows what comes of it.`);
      if (last.batch !== undefined) terminal.out(last.batch);
      return last.exit_code ?? EXIT.ok;
    }
    await delay(POLL_MS);
  }
  terminal.note(
    `Process ${pid} is asked to run it, and has not begun yet; "hostroll schedule list" shows when it has.`,
  );
  return EXIT.ok;
}

/** Runs it in this process, with the history and the lock of a coordinator. */
async function runHere(schedule: Schedule, flags: Flags, { env, terminal, interrupt: listen }: Shell): Promise<number> {
  const config = readConfig(flags, env);
  const command = 'hostroll schedule run';
  const lock = await takeProcessLock(schedulesLock(config.state), 'The list of schedules', command);
  const { signal: interrupt, dispose } = listen();
  try {
    const { exit_code, message } = await ownEngine(config, { command })(async (engine) => {
      const log = await RunLog.open(scheduleFiles(config.state, schedule.name).runs, Date.now);
      const run = { schedule, cause: 'asked', slot: undefined, resume: undefined } as const;
      const announced = (batch: BatchId) => terminal.out(batch);
      return recordedRun(log, run, engine.log, ({ onBatch, ...given }) =>
        runScheduled(
          { engine, config, interrupt, command },
          { ...given, onBatch: (batch) => onBatch(batch).then(() => announced(batch)) },
        ),
      ).finally(() => log.close());
    });
    if (message !== undefined) terminal.note(message);
    return exit_code;
  } finally {
    dispose();
    await lock.release();
  }
}
