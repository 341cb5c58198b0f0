import { type Command, Option } from 'commander';
import { CERTIFICATE_AUTHORITIES, SSL_METHODS } from '../hostname/change.ts';
import { HOSTNAME_PHASES, HOSTNAME_STATUSES, type HostnamePhase, SSL_STATUSES } from '../hostname/phase.ts';
import { didYouMean } from '../manifest/nearest.ts';
import { checkedZone } from '../schedule/cron.ts';
import { SWEPT_PHASES } from '../sweep/selection.ts';
import type { SweepOptions } from '../sweep/sweep-options.ts';
import { nextTimeOfDay, parseTimeOfDay } from '../sweep/until.ts';
import { HostrollError, type Json, type JsonObject } from '../terms.ts';
import { DEFAULTS } from './config.ts';
import { type DoctorFlags, withDoctorFlags } from './doctor-flags.ts';
import { collect } from './flags.ts';
import type { Flags } from './inputs.ts';
import { isZone } from './lanes.ts';
import { ConfigProblems } from './problems.ts';
import { parseDuration } from './values.ts';

/** What a sweep is asked for, as text; what it runs on is apart. */
export interface SweepFlags extends DoctorFlags, Pick<Flags, 'wait' | 'waitStrict'> {
  phase?: HostnamePhase[];
  sslStatus?: string[];
  hostnameStatus?: string[];
  ca?: string[];
  method?: string[];
  contains?: string;
  olderThan?: string;
  all?: boolean;
  force?: boolean;
  naturalWithin: string;
  maxCalls?: string;
  until?: string;
  tz?: string;
  yes?: boolean;
}

const listed = (flag: string, about: string, choices: readonly string[]): Option =>
  new Option(`${flag} <value>`, `${about}; may be repeated`).choices(choices).argParser(collectChoice(flag, choices));

/** Flags that say what is swept, and how much of it. */
export const withSweepFlags = (command: Command): Command =>
  withDoctorFlags(command)
    .addOption(listed('--phase', `only hostnames in this phase (${SWEPT_PHASES.join(', ')})`, HOSTNAME_PHASES))
    .option('--ssl-status <status>', 'only with this ssl.status; may be repeated', collect)
    .option('--hostname-status <status>', 'only with this status; may be repeated', collect)
    .addOption(listed('--ca', 'only of this certificate authority', [...CERTIFICATE_AUTHORITIES, 'digicert']))
    .addOption(listed('--method', 'only with this validation method', SSL_METHODS))
    .option('--contains <text>', 'only with this text in the name')
    .option('--older-than <time>', 'only created at least this long ago, such as 12h or 2d')
    .option('--all', 'send to all of them, without looking whether their check can pass')
    .option('--force', 'also hostnames that another known zone has, too')
    .option('--natural-within <time>', 'leave alone what Cloudflare checks by itself so soon', '10m')
    .option('--max-calls <calls>', 'stop at so many calls, lists included; the rest is carried over')
    .option('--until <hh:mm>', 'stop at this time of day; the rest is carried over')
    .option('--tz <zone>', 'time zone of --until, such as Europe/Berlin (that of this machine)')
    .option('--wait <time>', `how long to wait for hostnames to settle (${DEFAULTS.wait})`)
    .option('--wait-strict', 'exit 4 if some of the hostnames sent are not active after --wait');

function collectChoice(flag: string, choices: readonly string[]) {
  return (value: string, earlier: string[] = []): string[] => {
    if (choices.includes(value)) return [...earlier, value];
    const near = didYouMean(value, choices) || '.';
    throw new HostrollError('CONFIG_INVALID', `${flag} must be one of ${choices.join(', ')}, not "${value}"${near}`);
  };
}

/**
 * Reads the flags of a sweep of `zones`. `from` (milliseconds since 1970) is when it was due: --until is the first such
 * time after it, in `tz` where the flags name none. Throws `CONFIG_INVALID` naming every problem.
 */
export function sweepOptions(
  zones: readonly string[],
  flags: SweepFlags,
  { from, tz }: { from: number; tz: string },
): SweepOptions {
  const problems = new ConfigProblems();
  for (const zone of zones.filter((name) => !isZone(name))) {
    problems.add(`A zone is given by its id (32 hex digits) or its name (such as acme-store.net), not "${zone}".`);
  }
  checkStatuses('--ssl-status', flags.sslStatus, SSL_STATUSES, problems);
  checkStatuses('--hostname-status', flags.hostnameStatus, HOSTNAME_STATUSES, problems);
  const duration = (name: string, text: string): number => {
    const ms = parseDuration(text);
    if (ms === undefined) problems.add(`${name} must be a time such as 10m, 12h or 2d, not "${text}".`);
    return ms ?? 0;
  };
  const { maxCalls, until, olderThan, contains } = flags;
  if (maxCalls !== undefined && !/^[1-9]\d{0,8}$/.test(maxCalls)) {
    problems.add(`--max-calls must be a whole number of calls, at least 1, not "${maxCalls}".`);
  }
  const time = until === undefined ? undefined : parseTimeOfDay(until);
  if (until !== undefined && time === undefined)
    problems.add(`--until must be a time of day such as 06:00, not "${until}".`);
  if (flags.tz !== undefined && until === undefined)
    problems.add('--tz is the time zone of --until, which is not given.');
  const zone = problems.attempt(() => checkedZone(flags.tz ?? tz)) ?? 'UTC';
  const options: SweepOptions = {
    zones,
    selection: {
      phases: flags.phase ?? (flags.sslStatus === undefined && flags.hostnameStatus === undefined ? SWEPT_PHASES : []),
      hostnameStatuses: flags.hostnameStatus ?? [],
      sslStatuses: flags.sslStatus ?? [],
      authorities: flags.ca ?? [],
      methods: flags.method ?? [],
      ...(contains === undefined ? {} : { contains: contains.toLowerCase() }),
      ...(olderThan === undefined ? {} : { olderThanMs: duration('--older-than', olderThan) }),
    },
    all: flags.all ?? false,
    force: flags.force ?? false,
    naturalWithinMs: duration('--natural-within', flags.naturalWithin),
    ...(maxCalls === undefined ? {} : { maxCalls: Number(maxCalls) }),
    ...(time === undefined ? {} : { until: nextTimeOfDay(time, zone, from) }),
    given: givenOf(flags),
  };
  problems.throwIfAny();
  return options;
}

const GIVEN = [
  'phase',
  'sslStatus',
  'hostnameStatus',
  'ca',
  'method',
  'contains',
  'olderThan',
  'all',
  'force',
  'naturalWithin',
  'maxCalls',
  'until',
  'tz',
  'resolver',
  'target',
  'allowPrivate',
  'root',
  'httpPort',
  'sideBySide',
] as const;

/** The flags that say what is swept, and no others: the URL of a queue may hold a password. */
const givenOf = (flags: SweepFlags): JsonObject =>
  Object.fromEntries(GIVEN.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name] as Json]));

/** A status this version does not know may be a new one, so that only a likely slip is refused. */
function checkStatuses(
  flag: string,
  given: readonly string[] | undefined,
  known: readonly string[],
  problems: ConfigProblems,
) {
  for (const status of (given ?? []).filter((text) => !known.includes(text))) {
    const near = didYouMean(status, known);
    if (near !== '') problems.add(`${flag} "${status}" is no status${near}`);
  }
}

/** The zone of this machine's clock. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
