import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import { type BatchFolder, createBatchFolder, discardBatchFolder } from '../src/batch/ledger/batch-folder.ts';
import type { PlanSummary } from '../src/batch/plan/plan-summary.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { EXIT } from '../src/codes/exit.ts';
import type { Config } from '../src/config/config.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { renderPlan } from '../src/report/text/plan-text.ts';
import { HostrollError } from '../src/terms.ts';
import { carryOut } from './carry-out.ts';
import { budgetPerSecond, type Engine, startEngine } from './engine.ts';
import type { Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** What making a plan is given, whatever its rows come from. */
export interface Planning {
  folder: BatchFolder;
  progress: ProgressTracker;
  interrupt: AbortSignal;
}

export interface Planned {
  file: BatchFile;
  summary: PlanSummary;
}

/**
 * What a command brings to a batch: it first does what needs no queue, such as reading a manifest, and resolves with how
 * it plans on a running engine.
 */
export type Prepare = (planning: Planning) => Promise<(engine: Engine) => Promise<Planned>>;

export interface PlanAndCarryOut {
  config: Config;
  /** For whoever finds the queue or the batch in use. */
  command: string;
  /** Send without asking. */
  yes: boolean;
  /** Show the plan and leave nothing behind. */
  dryRun: boolean;
  json: boolean;
}

/** Plan, show it, ask, run, settle, report. Resolves with the exit code. */
export async function planAndCarryOut(shell: Shell, asked: PlanAndCarryOut, prepare: Prepare): Promise<number> {
  const { config, command, yes, dryRun } = asked;
  const { terminal } = shell;
  if (!yes && !dryRun && !terminal.canAsk) {
    throw new HostrollError(
      'CONFIRMATION_NEEDED',
      'There is no terminal to ask on: add --yes to send the edits without asking, or look at the plan first ("hostroll plan", or --dry-run).',
    );
  }
  const progress = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  const folder = await createBatchFolder(config.state, Date.now());
  const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, command);
  const interrupt = shell.interrupt();
  try {
    return await inFolder(terminal, asked, { folder, progress, interrupt: interrupt.signal }, prepare);
  } finally {
    interrupt.dispose();
    await lock.release();
  }
}

async function inFolder(
  terminal: Terminal,
  { config, command, yes, dryRun, json }: PlanAndCarryOut,
  planning: Planning,
  prepare: Prepare,
): Promise<number> {
  const { folder, progress, interrupt } = planning;
  const hide = terminal.show(() => progress.snapshot());
  let engine: Engine | undefined;
  let keep = false;
  try {
    const plan = await prepare(planning);
    engine = await startEngine(config, { command });
    const { file, summary } = await plan(engine);
    hide();
    if (dryRun) {
      terminal.out(json ? JSON.stringify(summary, null, 2) : renderPlan(summary, terminal));
      return EXIT.ok;
    }
    if (!json) terminal.out(renderPlan(summary, terminal));
    if (!yes && !(await agreed(summary, terminal, interrupt))) {
      terminal.note('Nothing was sent.');
      return interrupt.aborted ? EXIT.interrupted : EXIT.ok;
    }
    keep = true;
    return await carryOut(engine, terminal, { ...planning, config, file, json });
  } finally {
    hide();
    await engine?.close();
    if (!keep) await discardBatchFolder(folder);
  }
}

/** Only the whole word says yes: a stray Enter must not send thousands of edits. */
async function agreed({ counts }: PlanSummary, terminal: Terminal, interrupt: AbortSignal): Promise<boolean> {
  const edits = counts.edit + counts.recheck;
  if (edits === 0) return true;
  const answer = await terminal.ask(
    `Send ${edits} ${edits === 1 ? 'edit' : 'edits'}? Type "yes" to go on: `,
    interrupt,
  );
  return answer?.trim().toLowerCase() === 'yes';
}
