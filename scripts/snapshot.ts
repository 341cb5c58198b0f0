import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { whereOption } from '../src/config/where-flags.ts';
import { ZONES_GIVEN, zonesGiven } from '../src/config/zone-flags.ts';
import { readZones } from '../src/coordinator/read-zones.ts';
import type { AddCommand, Shell } from './shell.ts';

interface SnapshotFlags extends Flags {
  out?: string;
}

/** `hostroll snapshot`: all hostnames of a zone into one file. Reads only. */
export const snapshotCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(
    program.command('snapshot').argument('[zone]', ZONES_GIVEN).addOption(zoneOption('the same as the argument')),
  )
    .addOption(whereOption())
    .option('--out <file>', 'where to; gzip where it ends in .gz (<zone>-<date>.snapshot.jsonl.gz)')
    .addHelpText(
      'after',
      `
Examples:
  hostroll snapshot acme-store.net
  hostroll snapshot acme-store.net --out before.jsonl
  hostroll snapshot acme-store.net --where 'ssl.method=http' --out http.jsonl
  hostroll rehearse migrate.csv --from before.jsonl
  hostroll sandbox --from before.jsonl

The file holds hostnames, metadata and validation records, but no keys and no credential; only you may read it.`,
    )
    .action(async (zone: string | undefined, flags: SnapshotFlags) => exit(await snapshot(zone, flags, shell)));
};

async function snapshot(
  zone: string | undefined,
  flags: SnapshotFlags,
  { terminal, env, interruptible }: Shell,
): Promise<number> {
  const config = readConfig({ ...flags, zone: zonesGiven(zone === undefined ? [] : [zone], flags, env) }, env);
  const today = new Date().toISOString().slice(0, 10);
  if (flags.out !== undefined) await mkdir(dirname(flags.out), { recursive: true });
  const stored = await interruptible((interrupt) =>
    readZones({
      config,
      command: 'hostroll snapshot',
      pathOf: (id, name) => flags.out ?? `${name ?? id}-${today}.snapshot.jsonl.gz`,
      only: true,
      show: terminal.show,
      warn: terminal.note,
      interrupt,
    }),
  );
  for (const { path, header } of stored) {
    terminal.note(`${header.hostnames} hostnames of zone ${header.zone_name ?? header.zone_id} are in`);
    terminal.out(path);
  }
  return EXIT.ok;
}
