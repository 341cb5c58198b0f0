import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkPlan } from '../batch/plan/brakes.ts';
import { warningText } from '../bundles/bundle-source.ts';
import { type Code, exitCodeFor } from '../codes/code.ts';
import { EXIT } from '../codes/exit.ts';
import { parseScheduledCommand, type ScheduledCommand } from '../config/scheduled-command.ts';
import { driftNeeds } from '../drift/drift.ts';
import type { RunResult, ScheduledRun } from '../schedule/recorded-run.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { type BatchId, HostrollError } from '../terms.ts';
import { type Engine, sealKeyring } from './engine.ts';
import { findDrift, writeFix } from './find-drift.ts';
import { manifestFile, manifestPlan } from './plan-manifest.ts';
import { type Ended, planAndRun, resumeBatch, type Session, standingOf } from './session.ts';
import { sweepPlan } from './sweep-plan.ts';
import { takeInventory } from './take-inventory.ts';

/** What the runs of a coordinator share: their configuration is its own, but for what their commands say. */
export interface Coordinator extends Pick<Session, 'config' | 'command' | 'interrupt'> {
  engine: Engine;
}

/** The session of one of its batches: on its engine, with nobody to ask. */
export const sessionOf = ({ engine, ...shared }: Coordinator, screen: Session['screen']): Session => ({
  ...shared,
  engine: (use) => use(engine),
  screen,
});

/** The session of a batch of which nobody sees the plan before it is carried out. */
export const unwatched = (session: Session): Session => ({
  ...session,
  screen: {
    ...session.screen,
    planned: async (summary) => {
      checkPlan(summary, session.config.rules, { isWatched: false, now: Date.now() });
      await session.screen.planned?.(summary);
    },
  },
});

/** Carries out one run of a schedule; its result is a value. */
export async function runScheduled(coordinator: Coordinator, run: ScheduledRun): Promise<RunResult> {
  const session = sessionOf(coordinator, { begun: run.onBatch });
  try {
    return run.resume === undefined
      ? await begin(session, coordinator, run)
      : resultOf(await resumeBatch(session, run.resume));
  } catch (error) {
    if (!(error instanceof HostrollError)) throw error;
    return { exit_code: exitCodeFor(error.code), code: error.code, message: error.message };
  }
}

async function begin(
  session: Session,
  { engine, config }: Coordinator,
  { schedule, slot }: ScheduledRun,
): Promise<RunResult> {
  const { command, tz, folder } = schedule;
  const parsed = parseScheduledCommand(command, { from: slot ?? Date.now(), tz }, config.noticeEnv);
  const audit = { ...config.audit, options: { schedule: schedule.name, command } };
  const asked = { ...session, config: { ...config, ...parsed.config, audit } };
  if (parsed.kind === 'sweep') return resultOf(await planAndRun(asked, sweepPlan(parsed.options, parsed.doctor)));
  const warn = (sentence: string) => engine.log.warn({ event: 'schedule_remark', schedule: schedule.name, sentence });
  if (parsed.kind === 'drift' || parsed.kind === 'inventory') return readResult(asked, parsed, folder, warn);
  const manifest = manifestFile(resolve(folder, parsed.manifest), {
    skipInvalid: parsed.skipInvalid,
    keyring: sealKeyring(config),
    warn,
  });
  const { planned, ...screen } = asked.screen;
  const logged: Session['screen'] = {
    ...screen,
    planned: async (summary) => {
      for (const warning of summary.warnings ?? []) manifest.certificates?.warn(warningText(warning));
      await planned?.(summary);
    },
  };
  const prepare = manifestPlan({ ...manifest, reading: parsed.reading });
  return resultOf(await planAndRun(unwatched({ ...asked, screen: logged }), prepare));
}

/** What reading zones finds that needs a person. `folder`: from which paths are meant. */
async function readResult(
  { config, command, interrupt, engine }: Session,
  parsed: Extract<ScheduledCommand, { kind: 'drift' | 'inventory' }>,
  folder: string,
  warn: (sentence: string) => void,
): Promise<RunResult> {
  const reading = { command, interrupt, engine, warn, notices: parsed.notices };
  if (parsed.kind === 'inventory')
    return needsResult((await takeInventory(config, reading, parsed.options)).inventory.needs);
  const { against, fix } = parsed.options;
  const path = resolve(folder, against);
  const drift = await findDrift(config, reading, existsSync(path) ? path : against);
  const written = fix === undefined ? [] : [`${await writeFix(drift, resolve(folder, fix))}.`];
  return needsResult(driftNeeds(drift), written);
}

const needsResult = (needs: readonly string[], more: readonly string[] = []): RunResult => ({
  exit_code: needs.length === 0 ? EXIT.ok : EXIT.somePending,
  message: [...(needs.length === 0 ? ['Nothing needs a person.'] : needs), ...more].join(' '),
});

/** When the time ends in which a run due at `slot` may work: that of a sweep's --until. */
export function windowEnd({ command, tz }: Schedule, slot: number): number | undefined {
  try {
    const parsed = parseScheduledCommand(command, { from: slot, tz });
    return parsed.kind === 'sweep' ? parsed.options.until : undefined;
  } catch (error) {
    // A command that this version does not know fails when it is run, which says why.
    if (error instanceof HostrollError) return undefined;
    throw error;
  }
}

/** Whether a batch was planned and is not finished; one that is damaged is not, which carrying it on then says. */
export async function isUnfinished(state: string, batch: BatchId): Promise<boolean> {
  try {
    const standing = await standingOf(state, batch);
    return standing !== undefined && standing.exitCode === undefined;
  } catch (error) {
    if (error instanceof HostrollError) return true;
    throw error;
  }
}

function resultOf({ code, report }: Ended): RunResult {
  const { counts, stopped } = report;
  const done = `${counts.edited} of ${counts.rows} rows sent, ${counts.skipped} skipped, ${counts.failed + counts.gave_up + counts.rejected} failed`;
  if (code === EXIT.interrupted) {
    return { exit_code: code, code: 'INTERRUPTED', message: `${done}; it goes on when a coordinator starts again` };
  }
  const reason = stopped?.message ? `; ${stopped.message}` : '';
  return { exit_code: code, ...(stopped?.code ? { code: stopped.code as Code } : {}), message: `${done}${reason}` };
}
