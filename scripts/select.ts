import { Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { collect, withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { type SelectFlags, selectOptions } from '../src/config/select-flags.ts';
import { freshOption, whereOption } from '../src/config/where-flags.ts';
import { ZONES_GIVEN, zonesGiven } from '../src/config/zone-flags.ts';
import { readLive } from '../src/coordinator/subjects.ts';
import type { LiveHostname } from '../src/hostname/live.ts';
import { stringifyExact } from '../src/json/exact-json.ts';
import { guardCell } from '../src/manifest/cell-guard.ts';
import { jsonCells } from '../src/manifest/json-columns.ts';
import { Sample, selectedRow, Tally } from '../src/select/selected-rows.ts';
import type { JsonObject } from '../src/terms.ts';
import { printable } from '../src/text/printable.ts';
import { counted, formatCount } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** `hostroll select`: the hostnames of which some conditions hold, as a manifest. Reads only. */
export const selectCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(
    program
      .command('select')
      .argument('[zone...]', ZONES_GIVEN)
      .addOption(zoneOption('the same as the argument; may be repeated')),
  )
    .addOption(whereOption())
    .option('--set <field=value>', 'what each row asks for, such as ssl.method=txt; may be repeated', collect)
    .option(
      '--columns <fields>',
      'what else is shown of each hostname, such as ssl.method,phase; apply does not read it',
    )
    .addOption(new Option('--format <format>', 'how rows are written').choices(['csv', 'jsonl']).default('csv'))
    .option('--sample <rows>', 'only so many of them, the same ones each time')
    .option('--count', 'print how many there are')
    .option('--by <fields>', 'print how many there are by the values of these fields')
    .addOption(freshOption('0'))
    .addHelpText(
      'after',
      `
Examples:
  hostroll select acme-store.net --by ssl.method,ssl.certificate_authority
  hostroll select acme-store.net --where ssl.method=http --set ssl.method=txt > migrate.csv
  hostroll select all --where 'ssl.settings.min_tls_version<1.2' --set ssl.settings.min_tls_version=1.2 --sample 50
  hostroll select acme-store.net --where phase=stuck --set recheck=true | hostroll apply - --zone acme-store.net --yes`,
    )
    .action(async (zones: string[], flags: Flags & SelectFlags) => exit(await select(zones, flags, shell)));
};

async function select(zones: string[], flags: Flags & SelectFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig({ ...flags, zone: zonesGiven(zones, flags, shell.env) }, shell.env);
  const options = await selectOptions(flags);
  return shell.interruptible(async (interrupt) => {
    const subjects = await readLive(config, {
      command: 'hostroll select',
      interrupt,
      show: terminal.show,
      warn: terminal.note,
    });
    try {
      const now = Date.now();
      const severalZones = subjects.zones.length > 1;
      const form = { ...options, columns: severalZones ? [options.zone, ...options.columns] : options.columns };
      const tally = new Tally(options.by);
      const sample = options.sample === undefined ? undefined : new Sample<LiveHostname>(options.sample);
      const asksForRows = !options.count && options.by.length === 0;
      const rows = asksForRows ? new RowWriter(flags.format, terminal) : undefined;
      let count = 0;
      for await (const live of subjects.hostnames()) {
        if (interrupt.aborted) return EXIT.interrupted;
        count += 1;
        if (sample !== undefined) sample.add(live.hostname, live);
        else {
          tally.add(live, now);
          await rows?.add(selectedRow(live, form, now));
        }
      }
      for (const live of sample?.values() ?? []) {
        tally.add(live, now);
        await rows?.add(selectedRow(live, form, now));
      }
      await rows?.end();
      const chosen = sample === undefined ? count : sample.values().length;
      if (options.by.length > 0)
        terminal.out(
          tallyText(
            options.by.map(({ path }) => path),
            tally,
            flags.format,
          ),
        );
      else if (options.count) terminal.out(String(chosen));
      const ofThose = chosen === count ? '' : ` of ${formatCount(count)} that are meant`;
      if (asksForRows)
        terminal.note(`hostroll: ${counted(chosen, 'hostname')}${ofThose}, ${counted(subjects.zones.length, 'zone')}`);
      return EXIT.ok;
    } finally {
      await subjects.close();
    }
  });
}

/** Rows put together before they are written. */
const ROWS_AT_ONCE = 500;

/** Writes rows that are a manifest together. The columns of CSV are those of the first row: all have the same. */
class RowWriter {
  readonly #format: 'csv' | 'jsonl';
  readonly #terminal: Terminal;
  #columns: string[] | undefined;
  #lines: string[][] = [];
  #text = '';

  constructor(format: 'csv' | 'jsonl', terminal: Terminal) {
    this.#format = format;
    this.#terminal = terminal;
  }

  async add({ live, ...row }: JsonObject): Promise<void> {
    if (this.#format === 'jsonl') this.#text += `${stringifyExact(live === undefined ? row : { ...row, live })}\n`;
    else {
      const cells = jsonCells(row);
      for (const [path, value] of Object.entries((live ?? {}) as JsonObject)) cells.set(`live.${path}`, String(value));
      if (this.#columns === undefined) {
        this.#columns = [...cells.keys()];
        this.#lines.push(this.#columns);
      }
      this.#lines.push(this.#columns.map((column) => guardCell(cells.get(column) ?? '')));
    }
    if (this.#lines.length >= ROWS_AT_ONCE || this.#text.length > 1 << 16) await this.end();
  }

  async end(): Promise<void> {
    const text = this.#text + (this.#lines.length === 0 ? '' : stringify(this.#lines, { record_delimiter: '\n' }));
    this.#lines = [];
    this.#text = '';
    if (text !== '') await this.#terminal.stream(text);
  }
}

function tallyText(paths: readonly string[], tally: Tally, format: string): string {
  const lines = [[...paths, 'hostnames'], ...tally.rows().map(({ values, count }) => [...values, String(count)])];
  if (format === 'jsonl') {
    return tally
      .rows()
      .map(({ values, count }) =>
        JSON.stringify({ ...Object.fromEntries(paths.map((path, at) => [path, values[at] ?? ''])), hostnames: count }),
      )
      .join('\n');
  }
  const shown = lines.map((cells) => cells.map((cell) => printable(cell) || '-'));
  const widths = paths.map((_, at) => Math.max(...shown.map((cells) => cells[at]?.length ?? 0)));
  const last = Math.max(...shown.map((cells) => cells.at(-1)?.length ?? 0));
  return shown
    .map((cells) =>
      [...widths.map((width, at) => (cells[at] ?? '').padEnd(width)), (cells.at(-1) ?? '').padStart(last)].join('  '),
    )
    .join('\n');
}
