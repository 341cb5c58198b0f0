import { Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { type DriftFlags, driftOptions, withDriftFlags } from '../src/config/drift-flags.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { ZONES_GIVEN, zonesGiven } from '../src/config/zone-flags.ts';
import { findDrift, writeFix } from '../src/coordinator/find-drift.ts';
import { CSV_COLUMNS, driftNeeds, driftRows, driftText } from '../src/drift/drift.ts';
import { guardCell } from '../src/manifest/cell-guard.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

interface DriftCommandFlags extends Flags, DriftFlags {
  format: 'text' | 'json' | 'csv';
}

/** `hostroll drift`: what is no longer as it was, or as it was asked for. Reads only. */
export const driftCommand: AddCommand = (program, shell, exit) => {
  withDriftFlags(
    withCallFlags(
      program
        .command('drift')
        .argument('[zone...]', ZONES_GIVEN)
        .addOption(zoneOption('the same as the argument; may be repeated')),
    ),
  )
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json', 'csv']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  hostroll drift acme-store.net --against before.jsonl
  hostroll drift acme-store.net --against migrate.csv --fix fix.jsonl
  hostroll drift acme-store.net --against latest --format csv

${exitCodeHelp({ ok: 'nothing has drifted', stoppedByRule: 'the API could not be read', somePending: 'something has drifted' })}`,
    )
    .action(async (zones: string[], flags: DriftCommandFlags) => exit(await drift(zones, flags, shell)));
};

async function drift(zones: string[], flags: DriftCommandFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig({ ...flags, zone: zonesGiven(zones, flags, shell.env) }, shell.env);
  const { against, fix } = driftOptions(flags);
  const found = await shell.interruptible((interrupt) =>
    findDrift(config, { command: 'hostroll drift', interrupt, show: terminal.show, warn: terminal.note }, against),
  );
  if (fix !== undefined) terminal.note(`hostroll: ${await writeFix(found, fix)}`);
  if (flags.format === 'text') terminal.out(fitted(driftText(found), terminal.width));
  else if (flags.format === 'json') terminal.out(JSON.stringify(found, null, 2));
  else await terminal.stream(stringify([CSV_COLUMNS, ...[...driftRows(found)].map((cells) => cells.map(guardCell))]));
  return driftNeeds(found).length === 0 ? EXIT.ok : EXIT.somePending;
}
