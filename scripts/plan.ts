import type { Command } from 'commander';
import { createBatchFolder, discardBatchFolder } from '../src/batch/batch-folder.ts';
import { EXIT } from '../src/batch/exit-code.ts';
import { ProgressTracker } from '../src/batch/progress-tracker.ts';
import { readConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { renderPlan } from '../src/report/plan-text.ts';
import { budgetPerSecond, startEngine } from './engine.ts';
import { withManifestFlags } from './flags.ts';
import { interruptSignal } from './interrupt.ts';
import { planOn, readIn } from './prepare-batch.ts';
import type { Terminal } from './terminal.ts';

export interface PlanFlags extends Flags {
  skipInvalid?: boolean;
  json?: boolean;
}

/** `hostroll plan`: what `apply` would do; reads from the API, writes nothing to it, leaves nothing behind. */
export function planCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  withManifestFlags(
    program.command('plan').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
  )
    .description('Show what apply would do; writes nothing to the API')
    .addHelpText(
      'after',
      `
Examples:
  hostroll plan migrate.csv --zone acme-store.net
  hostroll plan migrate.jsonl.gz --zone 0123456789abcdef0123456789abcdef --json | jq .calls`,
    )
    .action(async (manifest: string, flags: PlanFlags) => exit(await plan(manifest, flags, terminal)));
}

async function plan(manifestPath: string, flags: PlanFlags, terminal: Terminal): Promise<number> {
  const config = readConfig(flags, process.env);
  const progress = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  const folder = await createBatchFolder(config.state, Date.now());
  const interrupt = interruptSignal(terminal);
  const hide = terminal.show(() => progress.snapshot());
  const skipInvalid = flags.skipInvalid ?? false;
  try {
    const preparation = {
      config,
      manifestPath,
      folder,
      skipInvalid,
      progress,
      interrupt: interrupt.signal,
      warn: terminal.note,
    };
    const intake = await readIn(preparation);
    const engine = await startEngine(config, { command: 'hostroll plan' });
    try {
      const { summary } = await planOn(engine, preparation, intake);
      hide();
      terminal.out(flags.json ? JSON.stringify(summary, null, 2) : renderPlan(summary, terminal));
    } finally {
      await engine.close();
    }
    return EXIT.ok;
  } finally {
    hide();
    interrupt.dispose();
    await discardBatchFolder(folder);
  }
}
