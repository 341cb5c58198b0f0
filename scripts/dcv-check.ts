import { Option } from 'commander';
import pc from 'picocolors';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { type DoctorFlags, doctorOptions, withDoctorFlags } from '../src/config/doctor-flags.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { whereOption } from '../src/config/where-flags.ts';
import { oneZone } from '../src/config/zone-flags.ts';
import { examine } from '../src/coordinator/examine.ts';
import { readSubjects } from '../src/coordinator/subjects.ts';
import { Doctor } from '../src/dcv/doctor.ts';
import { writeFindings } from '../src/report/files/findings.ts';
import { LIST_FORMATS, type ListFormat } from '../src/report/files/write-list.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

interface CheckFlags extends Flags, DoctorFlags {
  format: ListFormat;
  all?: boolean;
}

/** `hostroll dcv check`: looks at pending hostnames as a certificate authority would. */
export const dcvCheckCommand: AddCommand = (dcv, shell, exit) => {
  withDoctorFlags(
    withCallFlags(
      dcv
        .command('check')
        .argument(
          '[zone|manifest|batch]',
          'id or name of a zone (else --zone, CLOUDFLARE_ZONE_ID); a file; a batch id, the start of one, "latest"',
        )
        .addOption(zoneOption('zone to look at, or of the rows that name none; may be repeated (CLOUDFLARE_ZONE_ID)')),
    ),
  )
    .description('Look in DNS and HTTP whether pending hostnames can pass validation now, and who must act; only reads')
    .addOption(new Option('--format <format>', 'what to print').choices(LIST_FORMATS).default('text'))
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
    .action(async (source: string | undefined, flags: CheckFlags) =>
      exit(await check(source ?? oneZone(flags, shell.env), flags, shell)),
    );
};

async function check(source: string, flags: CheckFlags, { terminal, env, interruptible }: Shell): Promise<number> {
  const configFor = (zone?: string[]) => readConfig(zone === undefined ? flags : { ...flags, zone }, env);
  const options = doctorOptions(flags);
  const { format, all = false } = flags;
  return interruptible(async (interrupt) => {
    // Before any call is spent on hostnames of which nothing could be seen.
    await new Doctor(options).probe();
    const reading = { command: 'hostroll dcv check', interrupt, show: terminal.show, warn: terminal.note };
    const subjects = await readSubjects(source, configFor, readStateConfig(flags, env).state, reading);
    try {
      const findings = examine(subjects, options, { all, interrupt });
      const sum = await writeFindings(findings, format, { write: terminal.stream, interrupt });
      if (interrupt.aborted) return EXIT.interrupted;
      if (format === 'text') terminal.out(fitted(sum.text(pc.createColors(terminal.color)), terminal.width));
      else terminal.note(sum.text(pc.createColors(false)));
      return sum.ready === sum.total ? EXIT.ok : EXIT.somePending;
    } finally {
      await subjects.close();
    }
  });
}
