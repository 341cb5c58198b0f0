import { type Check, failed } from '../src/checkup/check.ts';
import { checkup, exitOf } from '../src/checkup/checkup.ts';
import { checkupText } from '../src/checkup/checkup-text.ts';
import type { Config } from '../src/config/config.ts';
import { readConfig } from '../src/config/config.ts';
import { type DoctorFlags, doctorOptions, withLookFlags } from '../src/config/doctor-flags.ts';
import { withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { queueUrl, readStateConfig } from '../src/config/state-config.ts';
import { HostrollError } from '../src/terms.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

interface CheckupFlags extends Flags, DoctorFlags {
  json?: boolean;
}

/** `hostroll doctor`: whether everything is there that the other commands need. */
export const doctorCommand: AddCommand = (program, shell, exit) => {
  withLookFlags(withCallFlags(program.command('doctor')))
    .addOption(zoneOption('zone to look into; may be repeated (CLOUDFLARE_ZONE_ID, else those of the credentials)'))
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      `
Makes a few calls that only read, two for each zone, and writes nothing. Ends as a command would that meets the first
failure: 3 where the API refuses, 64 where the configuration is wrong, 68, 69 and 74 where DNS, queue or disk fail.

Examples:
  hostroll doctor
  hostroll doctor --zone acme-store.net --queue redis://queue.internal:6379 --json`,
    )
    .action(async (flags: CheckupFlags) => exit(await examineAll(flags, shell)));
};

async function examineAll(flags: CheckupFlags, { env, terminal }: Shell): Promise<number> {
  const faults: Check[] = [];
  let config: Config | undefined;
  try {
    config = readConfig(flags, env);
  } catch (error) {
    if (!(error instanceof HostrollError)) throw error;
    for (const line of error.message.split('\n')) faults.push(failed('configuration', line, 'CONFIG_INVALID'));
  }
  const { state } = readStateConfig(flags, env);
  const basics = { state, queue: queueUrl(flags, env), node: process.version, dns: doctorOptions(flags) };
  const checks = [...faults, ...(await checkup(basics, config))];
  terminal.out(flags.json ? JSON.stringify(checks, null, 2) : fitted(checkupText(checks, terminal), terminal.width));
  return exitOf(checks);
}
