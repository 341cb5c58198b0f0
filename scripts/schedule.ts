import { resolve } from 'node:path';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags, withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readSchedule, type ScheduleFlags } from '../src/config/schedule-flags.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { ownEngine } from '../src/coordinator/engine.ts';
import { runScheduled } from '../src/coordinator/run-scheduled.ts';
import { lockHolder, takeProcessLock } from '../src/disk/process-lock.ts';
import { askForRun } from '../src/schedule/ask-run.ts';
import { nextSlot } from '../src/schedule/cron.ts';
import { recordedRun } from '../src/schedule/recorded-run.ts';
import { RunLog } from '../src/schedule/run-log.ts';
import type { Schedule } from '../src/schedule/schedule.ts';
import {
  addSchedule,
  knownSchedule,
  removeSchedule,
  scheduleFiles,
  schedulesLock,
} from '../src/schedule/schedule-folder.ts';
import { readSchedules, scheduleLines } from '../src/schedule/schedule-list.ts';
import { zonedTime } from '../src/schedule/schedule-text.ts';
import type { BatchId, HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

interface AddFlags extends Pick<Flags, 'state'>, ScheduleFlags {
  replace?: boolean;
}

/** `hostroll schedule`: commands that a coordinator runs again and again, by a cron expression. */
export const scheduleCommand: AddCommand = (program, shell, exit) => {
  const schedule = program.command('schedule');
  withStateFlag(schedule.command('add').argument('<schedule>').argument('<command...>', 'what to run, behind "--"'))
    .description('Add a schedule; it takes effect within seconds where hostroll serve is running')
    .requiredOption('--cron <expression>', 'when: minute hour day month weekday; six fields begin with the second')
    .option('--tz <zone>', 'whose clock it goes by, such as Europe/Berlin (that of this machine)')
    .option('--replace', 'put it in the place of one of the same name')
    .addHelpText(
      'after',
      `
Behind "--" stands a command as you would type it: sweep, apply, inventory or drift. It is carried out within hostroll serve, with its
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
  withStateFlag(schedule.command('remove').argument('<schedule>'))
    .description('Remove a schedule; a run that is going goes on to its end')
    .action(async (name: string, flags: Pick<Flags, 'state'>) => exit(await remove(name, flags, shell)));
  withCallFlags(schedule.command('run').argument('<schedule>'))
    .description('Run a schedule now: within hostroll serve where it is running, else here')
    .action(async (name: string, flags: Flags) => exit(await runNow(name, flags, shell)));
};

async function add(name: string, command: string[], flags: AddFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  const schedule = readSchedule(name, command, flags, { folder: resolve('.'), now: Date.now() });
  await addSchedule(state, schedule, flags.replace ?? false);
  terminal.out(`${name}: next run ${zonedTime(nextSlot(schedule, Date.now()), schedule.tz)}`);
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
  await knownSchedule(state, name).catch((error: HostrollError) => {
    if (error.code !== 'SCHEDULE_DAMAGED') throw error;
  });
  await removeSchedule(state, name);
  terminal.out(`Removed ${name}.`);
  return EXIT.ok;
}

async function runNow(name: string, flags: Flags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { state } = readStateConfig(flags, shell.env);
  const schedule = await knownSchedule(state, name);
  const holder = await lockHolder(schedulesLock(state));
  if (holder === undefined) return runHere(schedule, flags, shell);
  const { message, exitCode, batch } = await askForRun(state, name, holder.pid);
  terminal.note(message);
  if (batch !== undefined) terminal.out(batch);
  return exitCode;
}

/** Runs it in this process, with the history and the lock of a coordinator. */
async function runHere(schedule: Schedule, flags: Flags, { env, terminal, interruptible }: Shell): Promise<number> {
  const config = readConfig(flags, env);
  const command = 'hostroll schedule run';
  const lock = await takeProcessLock(schedulesLock(config.state), 'The list of schedules', command);
  try {
    const { exit_code, message } = await interruptible((interrupt) =>
      ownEngine(config, { command })(async (engine) => {
        const log = await RunLog.open(scheduleFiles(config.state, schedule.name).runs, Date.now);
        const run = { schedule, cause: 'asked', slot: undefined, resume: undefined } as const;
        const announced = (batch: BatchId) => terminal.out(batch);
        return recordedRun(log, run, engine.log, ({ onBatch, ...given }) =>
          runScheduled(
            { engine, config, interrupt, command },
            { ...given, onBatch: (batch) => onBatch(batch).then(() => announced(batch)) },
          ),
        ).finally(() => log.close());
      }),
    );
    if (message !== undefined) terminal.note(message);
    return exit_code;
  } finally {
    await lock.release();
  }
}
