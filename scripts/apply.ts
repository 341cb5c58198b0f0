import { exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { sealKeyring } from './engine.ts';
import { withManifestFlags } from './flags.ts';
import type { PlanFlags } from './plan.ts';
import { planAndCarryOut } from './plan-and-carry-out.ts';
import { manifestPlan } from './prepare-batch.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ApplyFlags extends PlanFlags {
  yes?: boolean;
}

/** `hostroll apply`: plan, show it, ask, run, settle, report. */
export const applyCommand: AddCommand = (program, shell, exit) => {
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

${exitCodeHelp({ ok: '', someRowsFailed: '', stoppedByRule: '', somePending: '' })}`,
    )
    .action(async (manifest: string, flags: ApplyFlags) => exit(await apply(manifest, flags, shell)));
};

async function apply(manifestPath: string, flags: ApplyFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig(flags, shell.env);
  const { yes = false, json = false } = flags;
  const skipInvalid = flags.skipInvalid ?? false;
  const manifest = {
    config,
    manifestPath,
    input: terminal.input,
    skipInvalid,
    keyring: sealKeyring(config),
    warn: terminal.note,
  };
  const asked = { config, command: 'hostroll apply', yes, dryRun: false, json };
  return planAndCarryOut(shell, asked, manifestPlan(manifest));
}
