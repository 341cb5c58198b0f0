import { readConfig } from '../src/config/config.ts';
import { withManifestFlags } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import type { ReadingFlags } from '../src/config/reading-rules.ts';
import { manifestFile, manifestPlan } from '../src/coordinator/plan-manifest.ts';
import { planAttended } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';

export interface PlanFlags extends Flags, ReadingFlags {
  skipInvalid?: boolean;
  json?: boolean;
}

/** `hostroll plan`: what `apply` would do; reads from the API, writes nothing to it, leaves nothing behind. */
export const planCommand: AddCommand = (program, shell, exit) => {
  withManifestFlags(
    program.command('plan').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
  )
    .addHelpText(
      'after',
      `
Examples:
  hostroll plan migrate.csv --zone acme-store.net
  hostroll plan migrate.jsonl.gz --zone 0123456789abcdef0123456789abcdef --json | jq .calls`,
    )
    .action(async (manifest: string, flags: PlanFlags) => exit(await plan(manifest, flags, shell)));
};

async function plan(path: string, flags: PlanFlags, shell: Shell): Promise<number> {
  const config = readConfig(flags, shell.env);
  const { note, input } = shell.terminal;
  const manifest = manifestFile(path, { ...flags, warn: note }, input);
  return planAttended(shell, { config, command: 'hostroll plan', json: flags.json }, manifestPlan(manifest));
}
