import { Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig, readStateConfig } from '../src/config/config.ts';
import { type DoctorFlags, doctorOptions, withDoctorFlags } from '../src/config/doctor-flags.ts';
import { withCallFlags } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { whereOption } from '../src/config/where-flags.ts';
import { readSubjects, type Subjects } from '../src/coordinator/subjects.ts';
import { Doctor } from '../src/dcv/doctor.ts';
import type { Finding } from '../src/dcv/finding.ts';
import type { LiveHostname } from '../src/hostname/live.ts';
import { phaseOfLive } from '../src/hostname/live-phase.ts';
import { guardCell } from '../src/manifest/cell-guard.ts';
import { FindingCounts, findingLines } from '../src/report/text/findings-text.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface CheckFlags extends Flags, DoctorFlags {
  format: 'text' | 'json' | 'jsonl' | 'csv';
  all?: boolean;
}

/** Findings waited for at a time, in the order of the hostnames: bounds memory, whatever the zone's size. */
const AHEAD = 500;

const COLUMNS = ['hostname', 'verdict', 'who', 'looked_at', 'name', 'found_verdict', 'note', 'expected', 'found'];

/** `hostroll dcv check`: looks at pending hostnames as a certificate authority would. */
export const dcvCheckCommand: AddCommand = (dcv, shell, exit) => {
  withDoctorFlags(
    withCallFlags(
      dcv
        .command('check')
        .argument('<zone|manifest|batch>', 'id or name of a zone; a file; or a batch id, the start of one, "latest"'),
    ),
  )
    .description('Look in DNS and HTTP whether pending hostnames can pass validation now, and who must act; only reads')
    .addOption(
      new Option('--format <format>', 'what to print').choices(['text', 'json', 'jsonl', 'csv']).default('text'),
    )
    .option('--all', 'also hostnames that are active')
    .addOption(whereOption())
    .addHelpText(
      'after',
      `
Examples:
  hostroll dcv check acme-store.net
  hostroll dcv check latest --target customers.acme-store.net
  hostroll dcv check migrate.csv --zone acme-store.net --resolver 9.9.9.9 --format csv > findings.csv
  hostroll dcv check acme-store.net --format jsonl > findings.jsonl

${exitCodeHelp({ ok: 'all that are pending can pass now, or none is', stoppedByRule: 'the API could not be read', somePending: 'some of the pending cannot pass now', noDns: '' })}`,
    )
    .action(async (source: string, flags: CheckFlags) => exit(await check(source, flags, shell)));
};

async function check(source: string, flags: CheckFlags, shell: Shell): Promise<number> {
  const { terminal, env } = shell;
  const { signal: interrupt, dispose } = shell.interrupt();
  try {
    const configFor = (zone?: string[]) => readConfig(zone === undefined ? flags : { ...flags, zone }, env);
    const reading = { command: 'hostroll dcv check', interrupt, show: terminal.show };
    // Before any call is spent on hostnames of which nothing could be seen.
    await new Doctor(doctorOptions(flags)).probe();
    const subjects = await readSubjects(source, configFor, readStateConfig(flags, env).state, reading);
    const doctor = new Doctor({ ...doctorOptions(flags), zoneTargets: zoneTargets(subjects) });
    const counts = new FindingCounts();
    const print = printer(flags.format, counts, terminal);
    try {
      await print.begin();
      const hostnames = chosen(subjects, flags.all ?? false, interrupt);
      const examine = (live: LiveHostname) => doctor.examine(live, subjects.newAuthority(live));
      for await (const finding of inOrder(hostnames, examine)) {
        counts.add(finding);
        await print.finding(finding);
        if (interrupt.aborted) break;
      }
      if (interrupt.aborted) return EXIT.interrupted;
      await print.end();
      return counts.ready === counts.total ? EXIT.ok : EXIT.somePending;
    } finally {
      await doctor.close();
      await subjects.close();
    }
  } finally {
    dispose();
  }
}

/** Customers point at a name in the provider's own zone, so that any name there will do where none is given. */
const zoneTargets = ({ zoneNames }: Subjects) =>
  new Map([...zoneNames].map(([zone, name]) => [zone, [name, `*.${name}`]]));

async function* chosen(
  { hostnames, newAuthority }: Subjects,
  all: boolean,
  interrupt: AbortSignal,
): AsyncGenerator<LiveHostname> {
  for await (const live of hostnames()) {
    if (interrupt.aborted) return;
    const phase = phaseOfLive(live, {}, Date.now());
    if (all || newAuthority(live) !== undefined || (phase !== 'serving' && phase !== 'leaving')) yield live;
  }
}

/** Looks at several side by side, and hands on what was found in the order of the hostnames. */
async function* inOrder(
  hostnames: AsyncIterable<LiveHostname>,
  examine: (live: LiveHostname) => Promise<Finding>,
): AsyncGenerator<Finding> {
  const ahead: Promise<Finding>[] = [];
  for await (const live of hostnames) {
    ahead.push(examine(live));
    const first = ahead.length > AHEAD ? ahead.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const each of ahead) yield await each;
}

interface Printer {
  begin(): Promise<void>;
  finding(finding: Finding): Promise<void>;
  end(): Promise<void>;
}

function printer(format: CheckFlags['format'], counts: FindingCounts, { out, stream, note }: Terminal): Printer {
  const nothing = async () => {};
  const summary = async () => note(counts.text().trimEnd());
  switch (format) {
    case 'text':
      return {
        begin: nothing,
        finding: (finding) => stream(`${findingLines(finding).join('\n')}\n`),
        end: async () => out(`${counts.total === 0 ? '' : '\n'}${counts.text().trimEnd()}`),
      };
    case 'jsonl':
      return { begin: nothing, finding: (finding) => stream(`${JSON.stringify(finding)}\n`), end: summary };
    case 'json': {
      let separator = '[\n';
      return {
        begin: nothing,
        finding: async (finding) => {
          await stream(separator + JSON.stringify(finding));
          separator = ',\n';
        },
        end: async () => {
          await stream(counts.total === 0 ? '[]\n' : '\n]\n');
          await summary();
        },
      };
    }
    case 'csv':
      return {
        begin: () => stream(stringify([COLUMNS])),
        finding: (finding) => stream(stringify(csvRows(finding))),
        end: summary,
      };
  }
}

/** One row for each thing that was looked at. */
const csvRows = ({ hostname, verdict, who, evidence }: Finding): string[][] =>
  evidence.map((one) =>
    [
      ...[hostname, verdict, who, one.looked_at, one.name, one.verdict, one.note],
      ...[(one.expected ?? []).join(' '), (one.found ?? []).join(' ')],
    ].map(guardCell),
  );
