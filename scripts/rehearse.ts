import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { openSnapshotFile, type SnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { collect, withManifestFlags } from '../src/config/flags.ts';
import type { PlanFlags } from '../src/config/plan-flags.ts';
import { manifestFile } from '../src/coordinator/plan-manifest.ts';
import { makePrivateFolder } from '../src/disk/private-folder.ts';
import { renderRehearsal } from '../src/rehearsal/rehearsal-text.ts';
import { rehearseIn } from '../src/rehearsal/rehearse-in.ts';
import { CUSTOMERS_ASKED, type CustomersAsked } from '../src/rehearsal/sandbox-hostname.ts';
import { PLANS, type Plan } from '../src/sandbox/plans.ts';
import { DEFAULT_TOKEN } from '../src/sandbox/sandbox-options.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

interface RehearseFlags extends PlanFlags {
  from?: string[];
  customers: CustomersAsked;
  plan?: Plan;
}

/** `hostroll rehearse`: the whole batch against a simulator loaded with the zone. Only reads reach the API. */
export const rehearseCommand: AddCommand = (program, shell, exit) => {
  withManifestFlags(
    program.command('rehearse').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
  )
    .option('--from <snapshot>', 'a file of "hostroll snapshot" instead of reading the zone; may be repeated', collect)
    .addOption(
      new Option(
        '--customers <what>',
        'what customers do meanwhile: nothing new, have delegated DCV, all that is asked; or all between',
      )
        .choices([...CUSTOMERS_ASKED])
        .default('range'),
    )
    .addOption(
      new Option('--plan <plan>', 'plan of the zone, where it does not show or is to be another').choices([...PLANS]),
    )
    .addHelpText(
      'after',
      `
Examples:
  hostroll rehearse migrate.csv --zone acme-store.net
  hostroll rehearse migrate.csv --from before.jsonl --customers delegated --wait 2h
  hostroll rehearse migrate.csv --from before.jsonl --json | jq '.customers_to_act.hostnames[].hostname'

${exitCodeHelp({ ok: 'rehearsed, whatever it predicts', stoppedByRule: 'the API could not be read' })}`,
    )
    .action(async (manifest: string, flags: RehearseFlags) => exit(await rehearse(manifest, flags, shell)));
};

async function rehearse(path: string, flags: RehearseFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { from = [], customers, json, zone = [], plan } = flags;
  const files: SnapshotFile[] = [];
  for (const one of from) files.push(await openSnapshotFile(one));
  // From stored snapshots nothing is called but the simulator, so that no credential is needed.
  const env = from.length === 0 ? shell.env : { ...shell.env, CLOUDFLARE_API_TOKEN: DEFAULT_TOKEN };
  const config = readConfig(flags, env);
  await makePrivateFolder(config.state);
  const state = await mkdtemp(join(config.state, 'rehearsal-'));
  try {
    const manifest = manifestFile(path, { ...flags, warn: terminal.note }, terminal.input);
    const zones = from.length === 0 ? [] : zone;
    const { show } = terminal;
    const rehearsal = await shell.interruptible((interrupt) =>
      rehearseIn(state, { config, manifest, files, zones, customers, plan, interrupt, show }),
    );
    terminal.out(
      json ? JSON.stringify(rehearsal, null, 2) : fitted(renderRehearsal(rehearsal, terminal), terminal.width),
    );
    return EXIT.ok;
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}
