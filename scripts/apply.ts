import type { Command } from 'commander';
import { type BatchFolder, createBatchFolder, discardBatchFolder } from '../src/batch/batch-folder.ts';
import { EXIT } from '../src/batch/exit-code.ts';
import type { PlanSummary } from '../src/batch/plan-summary.ts';
import { ProgressTracker } from '../src/batch/progress-tracker.ts';
import { readConfig } from '../src/config/config.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { renderPlan } from '../src/report/plan-text.ts';
import { HostrollError } from '../src/terms.ts';
import { carryOut } from './carry-out.ts';
import { budgetPerSecond, type Engine, sealKeyring, startEngine } from './engine.ts';
import { withManifestFlags } from './flags.ts';
import { interruptSignal } from './interrupt.ts';
import type { PlanFlags } from './plan.ts';
import { type Preparation, planOn, readIn } from './prepare-batch.ts';
import type { Terminal } from './terminal.ts';

interface ApplyFlags extends PlanFlags {
  yes?: boolean;
}

/** `hostroll apply`: plan, show it, ask, run, settle, report. */
export function applyCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  withManifestFlags(
    program.command('apply').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
  )
    .description('Plan a manifest, ask, carry it out and report')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  hostroll apply migrate.csv --zone acme-store.net
  hostroll apply bundle.jsonl --zone acme-store.net --yes --wait 15m --wait-strict
  gzip -c rows.csv | hostroll apply - --zone acme-store.net --yes --json

Exit codes: 0 all rows edited or skipped · 2 some failed or rejected · 3 stopped by a stop rule ·
4 --wait-strict and some not active · 64 usage, configuration or manifest · 130 interrupted, resumable`,
    )
    .action(async (manifest: string, flags: ApplyFlags) => exit(await apply(manifest, flags, terminal)));
}

async function apply(manifestPath: string, flags: ApplyFlags, terminal: Terminal): Promise<number> {
  const config = readConfig(flags, process.env);
  if (!flags.yes && !terminal.canAsk) {
    throw new HostrollError(
      'CONFIRMATION_NEEDED',
      'There is no terminal to ask on: add --yes to send the edits without asking, or look at "hostroll plan" first.',
    );
  }
  const progress = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  const folder = await createBatchFolder(config.state, Date.now());
  const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, 'hostroll apply');
  const interrupt = interruptSignal(terminal);
  const skipInvalid = flags.skipInvalid ?? false;
  const preparation = {
    config,
    manifestPath,
    folder,
    skipInvalid,
    progress,
    interrupt: interrupt.signal,
    keyring: sealKeyring(config),
    warn: terminal.note,
  };
  try {
    return await applyIn(folder, preparation, flags, terminal);
  } finally {
    interrupt.dispose();
    await lock.release();
  }
}

async function applyIn(
  folder: BatchFolder,
  preparation: Preparation,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const { config, progress, interrupt } = preparation;
  const hide = terminal.show(() => progress.snapshot());
  let engine: Engine | undefined;
  let planned = false;
  try {
    const intake = await readIn(preparation);
    engine = await startEngine(config, { command: 'hostroll apply' });
    const { file, summary } = await planOn(engine, preparation, intake);
    hide();
    if (!flags.json) terminal.out(renderPlan(summary, terminal));
    if (!flags.yes && !(await agreed(summary, terminal, interrupt))) {
      terminal.note('Nothing was sent.');
      return interrupt.aborted ? EXIT.interrupted : EXIT.ok;
    }
    planned = true;
    return await carryOut(engine, terminal, { ...preparation, file, json: flags.json ?? false });
  } finally {
    hide();
    await engine?.close();
    if (!planned) await discardBatchFolder(folder);
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
