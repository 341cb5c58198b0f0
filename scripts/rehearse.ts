import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { createBatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { openSnapshotFile, type SnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { makePrivateFolder } from '../src/disk/private-folder.ts';
import { chosenZones } from '../src/rehearsal/chosen-zones.ts';
import { renderRehearsal } from '../src/rehearsal/rehearsal-text.ts';
import { CUSTOMERS, type Customers } from '../src/rehearsal/sandbox-hostname.ts';
import { DEFAULT_TOKEN } from '../src/sandbox/sandbox-options.ts';
import { SEAL_KEY_BYTES, sealKey } from '../src/secrets/seal-key.ts';
import { SealKeyring } from '../src/secrets/seal-keyring.ts';
import { budgetPerSecond } from './engine.ts';
import { collect, withManifestFlags } from './flags.ts';
import type { PlanFlags } from './plan.ts';
import { readIn } from './prepare-batch.ts';
import { readZones } from './read-zones.ts';
import { ENGINE_PACE, rehearseIn } from './rehearse-in.ts';
import type { AddCommand, Shell } from './shell.ts';

interface RehearseFlags extends PlanFlags {
  from?: string[];
  customers: Customers;
}

/** `hostroll rehearse`: the whole batch against a simulator loaded with the zone. Only reads reach the API. */
export const rehearseCommand: AddCommand = (program, shell, exit) => {
  withManifestFlags(
    program.command('rehearse').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
  )
    .description('Run a manifest against a simulator of the zone and predict what would happen; only reads')
    .option('--from <snapshot>', 'a file of "hostroll snapshot" instead of reading the zone; may be repeated', collect)
    .addOption(
      new Option(
        '--customers <what>',
        'what customers do meanwhile: nothing new, have delegated DCV, or all that is asked',
      )
        .choices([...CUSTOMERS])
        .default('none'),
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

async function rehearse(manifestPath: string, flags: RehearseFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const { from = [] } = flags;
  const files: SnapshotFile[] = [];
  for (const path of from) files.push(await openSnapshotFile(path));
  // From stored snapshots nothing is called but the simulator, so that no credential is needed.
  const env = from.length === 0 ? shell.env : { ...shell.env, CLOUDFLARE_API_TOKEN: DEFAULT_TOKEN };
  const config = readConfig(flags, env);
  await makePrivateFolder(config.state);
  const state = await mkdtemp(join(config.state, 'rehearsal-'));
  const progress = new ProgressTracker(ENGINE_PACE, Date.now);
  const interrupt = shell.interrupt();
  const reading = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  let shown = progress;
  const hide = terminal.show(() => shown.snapshot());
  try {
    const folder = await createBatchFolder(state, Date.now());
    const skipInvalid = flags.skipInvalid ?? false;
    const preparation = {
      config,
      manifestPath,
      input: terminal.input,
      folder,
      skipInvalid,
      progress,
      interrupt: interrupt.signal,
      // Nobody else has to open what a rehearsal seals.
      keyring: new SealKeyring({ keys: [sealKey(randomBytes(SEAL_KEY_BYTES))], file: undefined, mayMake: false }),
      warn: terminal.note,
    };
    const intake = await readIn(preparation);
    if (from.length === 0) {
      shown = reading;
      const pathOf = (zone: string) => join(state, `${zone}.jsonl`);
      const command = 'hostroll rehearse';
      const stored = await readZones({ ...preparation, command, intake, pathOf, progress: reading });
      for (const { path } of stored) files.push(await openSnapshotFile(path));
      shown = progress;
    }
    const zones = chosenZones(files, from.length === 0 ? [] : (flags.zone ?? []), intake.zones);
    const rehearsal = await rehearseIn(state, preparation, intake, { files, zones, customers: flags.customers });
    hide();
    terminal.out(flags.json ? JSON.stringify(rehearsal, null, 2) : renderRehearsal(rehearsal, terminal));
    return EXIT.ok;
  } finally {
    hide();
    interrupt.dispose();
    await rm(state, { recursive: true, force: true });
  }
}
