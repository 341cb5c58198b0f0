import { resolve } from 'node:path';
import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { batchFolder, createBatchFolder, discardBatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { type Code, exitCodeFor } from '../src/codes/code.ts';
import { EXIT } from '../src/codes/exit.ts';
import { type Config, readConfig } from '../src/config/config.ts';
import type { Env, Flags } from '../src/config/inputs.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { readReport } from '../src/report/files/write-report.ts';
import type { Report } from '../src/report/report.ts';
import type { Schedule } from '../src/schedule/schedule.ts';
import type { RunResult, ScheduledRun, SchedulerParts } from '../src/schedule/scheduler.ts';
import { type BatchId, HostrollError } from '../src/terms.ts';
import { budgetPerSecond, type Engine, sealKeyring } from './engine.ts';
import type { Planning } from './plan-and-carry-out.ts';
import { manifestPlan } from './prepare-batch.ts';
import { runAndReport } from './run-and-report.ts';
import { parseScheduledCommand } from './scheduled-command.ts';
import { planSweepOn } from './sweep.ts';
import { sweepOptions } from './sweep-flags.ts';

/** What the runs of a coordinator share. */
interface Runner {
  engine: Engine;
  config: Config;
  /** Those of the coordinator: what a command does not say, they do. */
  flags: Flags;
  env: Env;
  interrupt: AbortSignal;
  /** What this process is, for whoever finds a batch in use. */
  command: string;
}

/** Carries scheduled commands out on a running engine. */
export const scheduledRunner =
  (runner: Runner): SchedulerParts['run'] =>
  async (run) => {
    try {
      return await (run.resume === undefined ? runAnew(runner, run) : carryOn(runner, run.resume));
    } catch (error) {
      if (!(error instanceof HostrollError)) throw error;
      return { exit_code: exitCodeFor(error.code), code: error.code, message: error.message };
    }
  };

/** When the time ends in which a run due at `slot` may work: that of a sweep's --until. */
export function windowEnd({ command, tz }: Schedule, slot: number): number | undefined {
  try {
    const parsed = parseScheduledCommand(command, tz);
    return parsed.kind === 'sweep' ? sweepOptions(parsed.zones, parsed.flags, { from: slot, tz }).until : undefined;
  } catch (error) {
    // A command that this version does not know fails when it is run, which says why.
    if (error instanceof HostrollError) return undefined;
    throw error;
  }
}

/** Whether a batch was planned and is not finished. */
export async function isUnfinished(state: string, batch: BatchId): Promise<boolean> {
  try {
    return (await readReport(batchFolder(state, batch).path)).state !== 'finished';
  } catch (error) {
    if (error instanceof HostrollError) return false;
    throw error;
  }
}

async function runAnew(runner: Runner, { schedule, slot, onBatch }: ScheduledRun): Promise<RunResult> {
  const { engine, interrupt, command } = runner;
  const folder = await createBatchFolder(runner.config.state, Date.now());
  const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, command);
  const planning = { folder, progress: new ProgressTracker(budgetPerSecond(engine.lanes), Date.now), interrupt };
  let planned = false;
  try {
    await onBatch(folder.batch);
    const { config, file } = await plan(runner, schedule, slot, planning);
    planned = true;
    return resultOf(await runAndReport(engine, { ...planning, config, file }));
  } finally {
    if (!planned) await discardBatchFolder(folder);
    await lock.release();
  }
}

async function plan(
  { engine, config: own, flags, env }: Runner,
  { command, tz, folder }: Schedule,
  slot: number | undefined,
  planning: Planning,
): Promise<{ config: Config; file: BatchFile }> {
  const parsed = parseScheduledCommand(command, tz);
  const { wait, waitStrict } = parsed.flags;
  const zone = parsed.kind === 'sweep' ? parsed.zones : parsed.flags.zone;
  const asked = {
    ...flags,
    ...(zone === undefined ? {} : { zone }),
    ...(wait === undefined ? {} : { wait }),
    ...(waitStrict === undefined ? {} : { waitStrict }),
  };
  const { zones, waitMs, waitStrict: strict } = readConfig(asked, env);
  const config = { ...own, zones, waitMs, waitStrict: strict };
  if (parsed.kind === 'sweep') {
    const options = sweepOptions(parsed.zones, parsed.flags, { from: slot ?? Date.now(), tz });
    const { file } = await planSweepOn(engine, planning, { config, options, doctor: parsed.flags });
    return { config, file };
  }
  const prepare = manifestPlan({
    config,
    manifestPath: resolve(folder, parsed.manifest),
    skipInvalid: parsed.flags.skipInvalid ?? false,
    keyring: sealKeyring(config),
    warn: (sentence) => engine.log.warn({ event: 'manifest_warning', warning: sentence }),
  });
  const { file } = await (await prepare(planning))(engine);
  return { config, file };
}

async function carryOn({ engine, config, interrupt, command }: Runner, batch: BatchId): Promise<RunResult> {
  const folder = batchFolder(config.state, batch);
  const file = await readBatchFile(folder.path);
  if (file.base_url !== config.baseUrl) {
    throw new HostrollError(
      'BASE_URL_CHANGED',
      `Batch ${batch} was planned against ${file.base_url}, but CLOUDFLARE_BASE_URL is ${config.baseUrl}; carry it on with "hostroll resume".`,
    );
  }
  const lock = await takeProcessLock(folder.lock, `Batch ${batch}`, command);
  try {
    const progress = new ProgressTracker(budgetPerSecond(engine.lanes), Date.now);
    return resultOf(await runAndReport(engine, { config, folder, file, progress, interrupt }));
  } finally {
    await lock.release();
  }
}

function resultOf({ code, report }: { code: number; report: Report }): RunResult {
  const { counts, stopped } = report;
  const done = `${counts.edited} of ${counts.rows} rows sent, ${counts.skipped} skipped, ${counts.failed + counts.gave_up + counts.rejected} failed`;
  if (code === EXIT.interrupted) {
    return { exit_code: code, code: 'INTERRUPTED', message: `${done}; it goes on when a coordinator starts again` };
  }
  const reason = stopped?.message ? `; ${stopped.message}` : '';
  return { exit_code: code, ...(stopped?.code ? { code: stopped.code as Code } : {}), message: `${done}${reason}` };
}
