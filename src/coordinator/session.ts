import { type BatchFile, readBatchFile, readPlannedFile } from '../batch/ledger/batch-file.ts';
import { type BatchFolder, batchFolder } from '../batch/ledger/batch-folder.ts';
import { stopExitCode } from '../batch/ledger/exit-code.ts';
import { createBatchFolder, discardBatchFolder } from '../batch/ledger/new-batch.ts';
import { lastEvent } from '../batch/ledger/read-ledger.ts';
import { forgetSnapshots } from '../batch/plan/kept-snapshots.ts';
import type { PlanSummary } from '../batch/plan/plan-summary.ts';
import { runBatch } from '../batch/run/run-batch.ts';
import type { RunParts } from '../batch/run/run-parts.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { LiveView } from '../batch/view/live-view.ts';
import type { Config } from '../config/config.ts';
import { ONLY_LANE } from '../config/lanes.ts';
import { takeProcessLock } from '../disk/process-lock.ts';
import { noteReport } from '../report/files/made-report.ts';
import { writeReport } from '../report/files/write-report.ts';
import type { Report } from '../report/report.ts';
import { type BatchId, HostrollError } from '../terms.ts';
import { budgetsOf, type Engine, type LendEngine, sleep, thisProcess } from './engine.ts';
import { hearOnce } from './relay-words.ts';

/** What a session tells its caller. It prints nothing itself. */
export interface Screen {
  /** The batch has a folder, so that it is found again after a crash. */
  begun?(batch: BatchId): Promise<void>;
  /** BatchView is shown until the returned function is called. */
  show?(progress: () => BatchView): () => void;
  /** The plan is made, and carried out when this resolves. Where it rejects nothing is sent, and nothing of the batch stays. */
  planned?(summary: PlanSummary): Promise<void>;
  /** See `RunParts.ask`. */
  ask?: RunParts['ask'];
}

/** One process at work on one batch: what it goes by, what it runs on, who is shown what becomes of it. */
export interface Session {
  config: Config;
  /** What this process is, shown to a process that finds the queue or the batch in use. */
  command: string;
  interrupt: AbortSignal;
  engine: LendEngine;
  screen: Screen;
  /** The clock that the batch goes by, if not this machine's. */
  clock?: Pick<RunParts, 'now' | 'sleep'>;
  /** Calls a second that progress is measured by, if not the budget of the lanes. */
  pace?: number;
}

/** What making a plan is given, whatever its rows come from. */
export interface Planning extends Pick<Session, 'config' | 'interrupt'> {
  folder: BatchFolder;
  progress: LiveView;
}

export interface Planned {
  file: BatchFile;
  summary: PlanSummary;
}

/** How a batch comes to its plan: first what needs no queue, such as reading a manifest; then the rest, on an engine. */
export type Prepare = (planning: Planning) => Promise<(engine: Engine) => Promise<Planned>>;

/**
 * How a planned batch stands, by the end of its ledger: its exit code where it is finished or was cancelled. Undefined where it has no plan.
 * Throws `BATCH_DAMAGED`.
 */
export async function standingOf(state: string, batch: BatchId): Promise<{ exitCode: number | undefined } | undefined> {
  const { path, ledger } = batchFolder(state, batch);
  if ((await readPlannedFile(path)) === undefined) return undefined;
  const last = await lastEvent(ledger);
  const isCancelled = last?.type === 'stopped' && last.reason === 'cancelled';
  return { exitCode: last?.type === 'finished' ? last.exit_code : isCancelled ? stopExitCode('cancelled') : undefined };
}

/** How a session ended: exit code and report of its batch, which was interrupted, stopped or finished. */
export interface Ended {
  folder: BatchFolder;
  code: number;
  report: Report;
}

/** Plans a batch, and leaves nothing of it but what `take` takes while its folder is there. */
export const planOnly = (
  session: Session,
  prepare: Prepare,
  take: (folder: BatchFolder) => Promise<void> = async () => {},
): Promise<PlanSummary> =>
  withPlan(session, prepare, undefined, async (_, { summary }, { folder }) => {
    await take(folder);
    return summary;
  });

/**
 * Plans a batch and carries it out, with its folder locked. `known` is the id of a batch that an earlier process began to
 * plan. A batch that is not sent leaves no folder.
 */
export const planAndRun = (session: Session, prepare: Prepare, known?: BatchId): Promise<Ended> =>
  withPlan(session, prepare, known, async (engine, { file, summary }, { folder, progress, keep }) => {
    await session.screen.planned?.(summary);
    keep();
    return run(session, engine, { folder, file, progress });
  });

async function withPlan<T>(
  session: Session,
  prepare: Prepare,
  known: BatchId | undefined,
  use: (engine: Engine, planned: Planned, planning: Planning & { keep(): void }) => Promise<T>,
): Promise<T> {
  const { config, interrupt, screen } = session;
  const folder = await createBatchFolder(config.state, Date.now(), known);
  let isKept = false;
  const keep = () => {
    isKept = true;
  };
  try {
    return await locked(session, folder, async (progress) => {
      await screen.begun?.(folder.batch);
      const planning = { config, interrupt, folder, progress, keep };
      const plan = await prepare(planning);
      return measured(session, planning, async (engine) => use(engine, await plan(engine), planning));
    });
  } finally {
    if (!isKept) await discardBatchFolder(folder);
  }
}

/** Carries on a planned batch that is not finished, with its folder locked. Throws `BASE_URL_CHANGED`. */
export async function resumeBatch(session: Session, batch: BatchId): Promise<Ended> {
  const folder = batchFolder(session.config.state, batch);
  const file = await readBatchFile(folder.path);
  const { baseUrl } = session.config;
  if (baseUrl !== file.base_url) {
    throw new HostrollError(
      'BASE_URL_CHANGED',
      `Batch ${batch} was planned against ${file.base_url}, but CLOUDFLARE_BASE_URL is ${baseUrl}; set it to the former.`,
    );
  }
  return locked(session, folder, (progress) =>
    measured(session, { folder, progress }, (engine) => run(session, engine, { folder, file, progress }), batch),
  );
}

/** Holds the batch's lock, and shows its progress, while `use` is at work. */
export async function locked<T>(
  { command, config, screen, pace }: Session,
  folder: BatchFolder,
  use: (progress: LiveView) => Promise<T>,
): Promise<T> {
  const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, command);
  const progress = new LiveView(
    pace === undefined ? budgetsOf(config.lanes) : [{ name: ONLY_LANE, perSecond: pace }],
    Date.now,
  );
  const hide = screen.show?.(() => progress.view());
  try {
    return await use(progress);
  } finally {
    hide?.();
    await lock.release();
  }
}

/** Lends the engine, whose telemetry has the batch among its own meanwhile, and by whose queue operators reach it. */
const measured = <T>(
  { engine: lend }: Session,
  { folder, progress }: { folder: BatchFolder; progress: LiveView },
  use: (engine: Engine) => Promise<T>,
  keep?: BatchId,
): Promise<T> =>
  lend(async (engine) => {
    const unfollow = engine.telemetry.follow(() => progress.view());
    const view = () => progress.view();
    const leave = engine.known?.attend(folder.batch, { view, hear: (word) => hearOnce(folder.control, word) });
    return use(engine).finally(() => {
      unfollow();
      leave?.();
    });
  }, keep);

/** Runs a planned batch and writes its report, also after an interruption: it then says how to go on. */
async function run(
  { config, interrupt, screen, clock = { now: Date.now, sleep } }: Session,
  engine: Engine,
  { folder, file, progress }: { folder: BatchFolder; file: BatchFile; progress: LiveView },
): Promise<Ended> {
  let written: Report | undefined;
  const report = async () => {
    written = await writeReport(folder.path);
  };
  const { window, overwriteDrift, audit, state } = config;
  await forgetSnapshots(state, file.zones);
  const process = { ...thisProcess, ...audit.by };
  const parts = { folder, file, progress, interrupt, window, overwriteDrift, process, report, ask: screen.ask };
  const code = await runBatch({ ...engine, ...clock, ...parts });
  written ??= await writeReport(folder.path);
  await noteReport(folder.path, written);
  return { folder, code, report: written };
}
