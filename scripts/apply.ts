import { exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { overwriteDrift, withManifestFlags, withMetricsFileFlag } from '../src/config/flags.ts';
import { sealKeyring } from '../src/coordinator/engine.ts';
import { manifestFile, manifestPlan } from '../src/coordinator/plan-manifest.ts';
import { applyAttended } from './attended.ts';
import type { PlanFlags } from './plan.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ApplyFlags extends PlanFlags {
  yes?: boolean;
}

/** `hostroll apply`: plan, show it, ask, run, settle, report. */
export const applyCommand: AddCommand = (program, shell, exit) => {
  withMetricsFileFlag(
    withManifestFlags(
      program.command('apply').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
    ),
  )
    .option('--yes', 'do not ask')
    .addOption(overwriteDrift())
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

async function apply(path: string, flags: ApplyFlags, shell: Shell): Promise<number> {
  const config = readConfig(flags, shell.env);
  const { note, input } = shell.terminal;
  const manifest = manifestFile(path, { ...flags, keyring: sealKeyring(config), warn: note }, input);
  const { yes, json } = flags;
  return applyAttended(shell, { config, command: 'hostroll apply', yes, json }, manifestPlan(manifest));
}
