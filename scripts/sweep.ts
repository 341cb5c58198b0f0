import { exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { doctorOptions } from '../src/config/doctor-flags.ts';
import { withCallFlags, withMetricsFileFlag, withUiFlag, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { type SweepFlags, sweepOptions, withSweepFlags } from '../src/config/sweep-flags.ts';
import { ZONES_GIVEN, zonesGiven } from '../src/config/zone-flags.ts';
import { sweepPlan } from '../src/coordinator/sweep-plan.ts';
import { localZone } from '../src/schedule/time-zone.ts';
import { applyAttended, planAttended } from './attended.ts';
import { besidePage } from './beside-page.ts';
import type { AddCommand, Shell } from './shell.ts';

interface SweepCommandFlags extends SweepFlags, Omit<Flags, 'wait' | 'waitStrict'> {
  dryRun?: boolean;
  json?: boolean;
}

/** `hostroll sweep`: looks at what is pending, and sends validation again only where it can pass now. */
export const sweepCommand: AddCommand = (program, shell, exit) => {
  withUiFlag(
    withMetricsFileFlag(
      withSweepFlags(
        withCallFlags(
          program
            .command('sweep')
            .argument('[zone...]', ZONES_GIVEN)
            .addOption(zoneOption('the same as the argument; may be repeated')),
        ),
      ),
    ),
  )
    .option('--dry-run', 'show what would be sent; writes nothing to the API')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      `
Each selected hostname is looked at in DNS and HTTP first, as its certificate authority would; only those whose check
can pass now are sent, soonest deadline first. Every other one is in the report with what it lacks.

Examples:
  hostroll sweep acme-store.net --dry-run
  hostroll sweep acme-store.net --max-calls 2000 --until 06:00 --yes
  hostroll sweep acme-store.net --ssl-status validation_timed_out --ca google --older-than 2d

${exitCodeHelp({ ok: 'all rows sent or skipped', declined: '', someRowsFailed: '', stoppedByRule: '', somePending: '', noDns: '' })}`,
    )
    .action(async (zones: string[], flags: SweepCommandFlags) =>
      exit(await besidePage(flags, shell, () => sweep(zones, flags, shell))),
    );
};

async function sweep(given: string[], flags: SweepCommandFlags, shell: Shell): Promise<number> {
  const zones = zonesGiven(given, flags, shell.env);
  const config = readConfig({ ...flags, zone: zones }, shell.env);
  const options = sweepOptions(zones, flags, { from: Date.now(), tz: localZone() });
  const { yes, dryRun, json } = flags;
  const asked = { config, command: 'hostroll sweep', yes, json };
  return (dryRun ? planAttended : applyAttended)(shell, asked, sweepPlan(options, doctorOptions(flags)));
}
