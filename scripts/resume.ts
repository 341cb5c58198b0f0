import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { EXIT } from '../src/codes/exit.ts';
import { type Config, readConfig, readStateConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { readReport } from '../src/report/files/write-report.ts';
import { HostrollError } from '../src/terms.ts';
import { carryOut } from './carry-out.ts';
import { budgetPerSecond, startEngine } from './engine.ts';
import { withCallFlags } from './flags.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ResumeFlags extends Flags {
  json?: boolean;
}

/** `hostroll resume`: carries on a batch that was interrupted, stopped or killed, from its ledger. */
export const resumeCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(program.command('resume').argument('<batch>', 'batch id, the start of one, or "latest"'))
    .description('Carry on a batch that was interrupted, stopped or killed')
    .option('--json', 'print the report as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  hostroll resume 20261123-071500-k3f9
  hostroll resume latest --quota 600/300`,
    )
    .action(async (batch: string, flags: ResumeFlags) => exit(await resume(batch, flags, shell)));
};

async function resume(wanted: string, flags: ResumeFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const folder = await findBatch(readStateConfig(flags, shell.env).state, wanted);
  const file = await readBatchFile(folder.path);
  const config = withBudgetsOf(file, flags, readConfig(flags, shell.env));
  if (shell.env.CLOUDFLARE_BASE_URL && config.baseUrl !== file.base_url) {
    throw new HostrollError(
      'BASE_URL_CHANGED',
      `Batch ${folder.batch} was planned against ${file.base_url}, but CLOUDFLARE_BASE_URL is ${config.baseUrl}; set it to the former.`,
    );
  }
  const progress = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  const { state: reached, exit_code } = await readReport(folder.path);
  if (reached === 'finished') {
    terminal.note(`Batch ${folder.batch} is finished; "hostroll report ${folder.batch}" shows what came of it.`);
    return exit_code ?? EXIT.ok;
  }
  const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, 'hostroll resume');
  const interrupt = shell.interrupt();
  try {
    const engine = await startEngine(config, {
      command: 'hostroll resume',
      baseUrl: file.base_url,
      keep: folder.batch,
    });
    try {
      const json = flags.json ?? false;
      return await carryOut(engine, terminal, { config, folder, file, progress, interrupt: interrupt.signal, json });
    } finally {
      await engine.close();
    }
  } finally {
    interrupt.dispose();
    await lock.release();
  }
}

/** A batch goes on at the pace it was planned with, unless flags say otherwise. Throws `CREDENTIAL_UNKNOWN`. */
function withBudgetsOf({ batch, lanes }: BatchFile, flags: ResumeFlags, config: Config): Config {
  const known = new Map(config.lanes.map((lane) => [lane.name, lane]));
  const missing = lanes.find(({ name }) => !known.has(name));
  if (missing !== undefined) {
    throw new HostrollError(
      'CREDENTIAL_UNKNOWN',
      `Batch ${batch} was planned with a credential "${missing.name}", which is not configured here; run this where its hostroll.config.json is, or name that with --config.`,
    );
  }
  const planned = new Map(lanes.map((lane) => [lane.name, lane]));
  return {
    ...config,
    lanes: config.lanes.map((lane) => {
      const { quota, share } = planned.get(lane.name) ?? {};
      return {
        ...lane,
        ...(quota === undefined || flags.quota !== undefined
          ? {}
          : { quota: { calls: quota.calls, windowSeconds: quota.window_seconds } }),
        ...(share === undefined || flags.share !== undefined ? {} : { share }),
      };
    }),
  };
}
