import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LiveView } from '../src/batch/view/live-view.ts';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { whereOption } from '../src/config/where-flags.ts';
import { budgetsOf } from '../src/coordinator/engine.ts';
import { readZones } from '../src/coordinator/read-zones.ts';
import type { AddCommand, Shell } from './shell.ts';

interface SnapshotFlags extends Flags {
  out?: string;
}

/** `hostroll snapshot`: all hostnames of a zone into one file. Reads only. */
export const snapshotCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(program.command('snapshot').argument('<zone>', 'id or name of the zone, or all'))
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
    .action(async (zone: string, flags: SnapshotFlags) => exit(await snapshot(zone, flags, shell)));
};

async function snapshot(zone: string, flags: SnapshotFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig({ ...flags, zone: [zone] }, shell.env);
  const progress = new LiveView(budgetsOf(config.lanes), Date.now);
  const interrupt = shell.interrupt();
  const today = new Date().toISOString().slice(0, 10);
  if (flags.out !== undefined) await mkdir(dirname(flags.out), { recursive: true });
  const hide = terminal.show(() => progress.view());
  try {
    const stored = await readZones({
      config,
      command: 'hostroll snapshot',
      pathOf: (id, name) => flags.out ?? `${name ?? id}-${today}.snapshot.jsonl.gz`,
      only: true,
      progress,
      interrupt: interrupt.signal,
    });
    hide();
    for (const { path, header } of stored) {
      terminal.note(`${header.hostnames} hostnames of zone ${header.zone_name ?? header.zone_id} are in`);
      terminal.out(path);
    }
    return EXIT.ok;
  } finally {
    hide();
    interrupt.dispose();
  }
}
