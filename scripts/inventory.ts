import { Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { type InventoryFlags, inventoryOptions, withInventoryFlags } from '../src/config/inventory-flags.ts';
import { ZONES_GIVEN, zonesGiven } from '../src/config/zone-flags.ts';
import { takeInventory } from '../src/coordinator/take-inventory.ts';
import { inventoryHtml, inventoryText } from '../src/inventory/render.ts';
import { CSV_COLUMNS, csvRows } from '../src/inventory/tables.ts';
import { guardCell } from '../src/manifest/cell-guard.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

interface InventoryCommandFlags extends Flags, InventoryFlags {
  format: 'text' | 'json' | 'csv' | 'html';
}

/** `hostroll inventory`: one page of truth about zones. Reads only. */
export const inventoryCommand: AddCommand = (program, shell, exit) => {
  withInventoryFlags(
    withCallFlags(
      program
        .command('inventory')
        .argument('[zone...]', ZONES_GIVEN)
        .addOption(zoneOption('the same as the argument; may be repeated')),
    ),
  )
    .addOption(
      new Option('--format <format>', 'what to print').choices(['text', 'json', 'csv', 'html']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  hostroll inventory acme-store.net
  hostroll inventory all --within 30d --since last
  hostroll inventory acme-store.net --stale 90d --format csv > stale.csv
  hostroll schedule add certificates --cron '0 7 * * *' -- inventory all --within 30d

${exitCodeHelp({ ok: 'nothing needs a person', stoppedByRule: 'the API could not be read', somePending: 'something needs a person' })}`,
    )
    .action(async (zones: string[], flags: InventoryCommandFlags) => exit(await inventory(zones, flags, shell)));
};

async function inventory(zones: string[], flags: InventoryCommandFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig({ ...flags, zone: zonesGiven(zones, flags, shell.env) }, shell.env);
  const options = inventoryOptions(flags);
  const { inventory: taken, changes } = await shell.interruptible((interrupt) =>
    takeInventory(
      config,
      { command: 'hostroll inventory', interrupt, show: terminal.show, warn: terminal.note },
      options,
    ),
  );
  if (flags.format === 'text') terminal.out(fitted(inventoryText(taken, changes), terminal.width));
  else if (flags.format === 'html') terminal.out(inventoryHtml(taken, changes));
  else if (flags.format === 'json')
    terminal.out(JSON.stringify(changes === undefined ? taken : { ...taken, changes }, null, 2));
  else await terminal.stream(stringify([CSV_COLUMNS, ...[...csvRows(taken)].map((cells) => cells.map(guardCell))]));
  return taken.needs.length === 0 ? EXIT.ok : EXIT.somePending;
}
