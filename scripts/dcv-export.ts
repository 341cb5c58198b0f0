import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import { type BatchFold, foldBatch } from '../src/batch/ledger/batch-fold.ts';
import { type BatchFolder, findBatch } from '../src/batch/ledger/batch-folder.ts';
import { RowDetails } from '../src/batch/ledger/row-details.ts';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { oneZone } from '../src/config/zone-flags.ts';
import { readLive } from '../src/coordinator/subjects.ts';
import { type GivenFinding, readFindings } from '../src/handoff/findings.ts';
import { FORMATS, type Format, type FormatName } from '../src/handoff/formats.ts';
import { type Group, grouped, parseGrouping } from '../src/handoff/grouping.ts';
import { type HandOff, handOffOfLive, handOffsOfBatch, withFinding } from '../src/handoff/hand-off.ts';
import { templateFault } from '../src/handoff/markdown.ts';
import { writeGroups } from '../src/handoff/write-groups.ts';
import { HOUR, HostrollError, ZONE_ID } from '../src/terms.ts';
import { counted } from '../src/text/text-layout.ts';
import { refreshAttended } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface ExportFlags extends Flags {
  format: FormatName;
  groupBy: string;
  out?: string;
  findings?: string;
  template?: string;
  target?: string;
  refresh?: boolean;
}

/** `hostroll dcv export`: the records that are still to be published, in the form in which somebody else takes them. */
export const dcvExportCommand: AddCommand = (dcv, shell, exit) => {
  withCallFlags(
    dcv
      .command('export')
      .argument(
        '[batch|zone]',
        'batch id, the start of one, "latest"; or id or name of a zone (else --zone, CLOUDFLARE_ZONE_ID)',
      )
      .addOption(zoneOption('the same as the argument')),
  )
    .description('Write down exactly what is to be published for hostnames that are not active; only reads')
    .addOption(new Option('--format <format>', 'what to write').choices(Object.keys(FORMATS)).default('csv'))
    .option('--group-by <what>', 'one file per domain, note.<name> or custom_metadata.<key>; or none', 'none')
    .option('--out <folder>', 'write files there instead of printing')
    .option('--findings <file>', 'add what "hostroll dcv check --format jsonl" found')
    .option('--template <file>', 'your own letter, with {{to}}, {{names}} and {{steps}} (docs/dcv-export.md)')
    .option('--refresh', 'read the states of a batch again first (where they are older than an hour)')
    .option('--no-refresh', 'take the states of a batch as they are')
    .option('--target <name>', 'the name that hostnames should point at, for those that have nothing else to do')
    .addHelpText(
      'after',
      `
Examples:
  hostroll dcv export latest > records.csv
  hostroll dcv export latest --format markdown --group-by custom_metadata.tenant --out letters
  hostroll dcv export acme-store.net --format zone --out zones
  hostroll dcv check latest --format jsonl > findings.jsonl
  hostroll dcv export latest --format jsonl --findings findings.jsonl

Zone files and octoDNS files are always one per registrable domain. They, and Terraform files, hold DNS records only.`,
    )
    .action(async (source: string | undefined, flags: ExportFlags) =>
      exit(await exportRecords(source ?? oneZone(flags, shell.env), flags, shell)),
    );
};

async function exportRecords(source: string, flags: ExportFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const format: Format = FORMATS[flags.format];
  const template = await templateOf(flags);
  const letters = { ...format, text: (group: Group) => format.text(group, template) };
  const grouping = parseGrouping(flags.groupBy);
  const findings = flags.findings === undefined ? new Map<string, GivenFinding>() : await readFindings(flags.findings);
  const handOffs: HandOff[] = [];
  const read = isZone(source) ? await ofZone(source, flags, shell) : ofBatch(source, flags, shell);
  for await (const one of read) handOffs.push(withFinding(one, findings.get(one.hostname)));
  const groups = grouped(handOffs, grouping, format.perDomain);
  noteLeftOut(handOffs, format.dnsOnly, terminal);
  if (flags.out !== undefined) {
    await writeGroups(groups, letters, flags.out, (path) => terminal.out(path));
    return EXIT.ok;
  }
  const [first, second] = groups;
  if (second !== undefined) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `This makes ${counted(groups.length, 'file')}; say with --out <folder> where to write them.`,
    );
  }
  if (first !== undefined) await terminal.stream(await letters.text(first));
  return EXIT.ok;
}

/** Throws `CONFIG_INVALID`. */
async function templateOf({ template, format }: ExportFlags): Promise<string | undefined> {
  if (template === undefined) return undefined;
  if (format !== 'markdown')
    throw new HostrollError('CONFIG_INVALID', '--template is for letters: add --format markdown.');
  const text = await readFile(template, 'utf8');
  const fault = templateFault(text);
  if (fault !== undefined) throw new HostrollError('CONFIG_INVALID', `${template} cannot be a template: ${fault}.`);
  return text;
}

/** A batch id has no dot, the name of a zone always does. */
const isZone = (source: string): boolean => source.includes('.') || ZONE_ID.test(source.toLowerCase());

async function* ofBatch(wanted: string, flags: ExportFlags, shell: Shell): AsyncGenerator<HandOff> {
  const folder = await findBatch(readStateConfig(flags, shell.env).state, wanted);
  let fold = await foldBatch(folder.path);
  if (flags.refresh ?? isOld(fold)) {
    await refreshed(folder, flags, shell);
    fold = await foldBatch(folder.path);
  }
  const details = new RowDetails(fold);
  try {
    yield* handOffsOfBatch(fold, details, { now: Date.now(), target: flags.target });
  } finally {
    await details.close();
  }
}

/** States older than this are read again by themselves. */
const OLD_MS = HOUR;

const isOld = ({ readAt, rows }: BatchFold): boolean =>
  rows.settledCounts().pending + rows.settledCounts().errored > 0 &&
  (readAt === undefined || Date.parse(readAt) < Date.now() - OLD_MS);

/** Reads the states again; where nobody asked for it, what keeps it from that is only said. */
async function refreshed(folder: BatchFolder, flags: ExportFlags, shell: Shell): Promise<void> {
  try {
    await refreshAttended(folder, flags, shell, 'hostroll dcv export');
  } catch (error) {
    if (flags.refresh || !(error instanceof HostrollError) || error.code === 'INTERRUPTED') throw error;
    shell.terminal.note(`hostroll: The states are older than an hour and could not be read again: ${error.message}`);
  }
}

/** Reads the zone as it is now. */
async function ofZone(zone: string, flags: ExportFlags, { terminal, env, interruptible }: Shell): Promise<HandOff[]> {
  const config = readConfig({ ...flags, zone: [zone] }, env);
  const subjects = await interruptible((interrupt) =>
    readLive(config, { command: 'hostroll dcv export', interrupt, show: terminal.show, warn: terminal.note }),
  );
  const handOffs: HandOff[] = [];
  try {
    const now = Date.now();
    for await (const live of subjects.hostnames()) {
      const handOff = handOffOfLive(live, { now, target: flags.target });
      if (handOff !== undefined) handOffs.push(handOff);
    }
    return handOffs;
  } finally {
    await subjects.close();
  }
}

function noteLeftOut(handOffs: readonly HandOff[], dnsOnly: boolean, terminal: Terminal): void {
  const records = handOffs.flatMap((handOff) => handOff.records);
  const other = records.filter(({ type }) => type === 'HTTP' || type === 'EMAIL').length;
  const without = handOffs.filter((handOff) => handOff.records.length === 0).length;
  const hostnames = counted(handOffs.length, 'hostname');
  terminal.note(`hostroll: ${hostnames} not active, ${counted(records.length, 'record')} to publish`);
  if (without > 0) {
    terminal.note(
      `hostroll: ${counted(without, 'hostname')} with nothing to publish: nothing is asked for now, or nobody has read it`,
    );
  }
  if (dnsOnly && other > 0) {
    terminal.note(
      `hostroll: ${counted(other, 'file')} to serve over HTTP are no DNS records; csv and markdown have them`,
    );
  }
}
