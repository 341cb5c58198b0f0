import { Option } from 'commander';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { writePlanFile } from '../src/batch/plan/plan-file.ts';
import { type LookFlags, lookOptions, withAheadFlags } from '../src/config/ahead-flags.ts';
import { readConfig } from '../src/config/config.ts';
import { withManifestFlags } from '../src/config/flags.ts';
import { type PlanFlags, reviewedFlags } from '../src/config/plan-flags.ts';
import { planRules, type RuleFlags, withRuleFlags } from '../src/config/rule-flags.ts';
import { manifestFile, manifestPlan } from '../src/coordinator/plan-manifest.ts';
import { type PlanFormat, planAttended } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';

interface PlanCommandFlags extends PlanFlags, RuleFlags, LookFlags {
  format?: PlanFormat;
  out?: string;
}

/** `hostroll plan`: what `apply` would do; reads from the API, writes nothing to it, leaves nothing behind but `--out`. */
export const planCommand: AddCommand = (program, shell, exit) => {
  withAheadFlags(
    withRuleFlags(
      withManifestFlags(
        program.command('plan').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
      ),
    ),
  )
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json', 'markdown']))
    .option('--out <file>', 'also write it to a file that "hostroll apply" takes after it was reviewed')
    .addHelpText(
      'after',
      `
Examples:
  hostroll plan migrate.csv --zone acme-store.net
  hostroll plan migrate.csv --zone acme-store.net --out rollout.plan --format markdown
  hostroll plan migrate.jsonl.gz --zone 0123456789abcdef0123456789abcdef --json | jq .calls`,
    )
    .action(async (manifest: string, flags: PlanCommandFlags) => exit(await plan(manifest, flags, shell)));
};

async function plan(path: string, flags: PlanCommandFlags, shell: Shell): Promise<number> {
  const config = { ...readConfig(flags, shell.env), rules: planRules(flags) };
  const { note, input } = shell.terminal;
  const manifest = manifestFile(path, { ...flags, warn: note }, input);
  const { out, format = flags.json ? 'json' : 'text' } = flags;
  const asked = { config, command: 'hostroll plan', json: format === 'json' };
  return planAttended(shell, asked, manifestPlan(manifest, lookOptions(flags, shell.terminal.canAsk)), {
    format,
    take: async (folder) => {
      if (out === undefined) return;
      const batch = await readBatchFile(folder.path);
      const id = await writePlanFile(out, { batch, planPath: folder.plan, flags: reviewedFlags(config, flags) });
      note(`Plan ${id} is in ${out}. It holds no credential and no private key; hostnames and metadata are in it.`);
      note(`"hostroll apply ${out}" carries it out.`);
    },
  });
}
