import type { Command } from 'commander';
import { checkedZone } from '../schedule/cron.ts';
import { parseUntil, UNTIL_FORM } from '../schedule/until.ts';
import type { Where } from '../select/where.ts';
import { SWEPT_PHASES } from '../sweep/selection.ts';
import type { SweepOptions } from '../sweep/sweep-options.ts';
import type { Json, JsonObject } from '../terms.ts';
import { parseDuration } from '../text/duration.ts';
import type { BatchFlags } from './batch-config.ts';
import { type DoctorFlags, withDoctorFlags } from './doctor-flags.ts';
import { collect, withRolloutFlags, withWaitFlags } from './flags.ts';
import { isZoneGiven } from './lanes.ts';
import { ConfigProblems } from './problems.ts';
import { whereOf } from './where.ts';
import { whereOption } from './where-flags.ts';

/** What a sweep is asked for, as text; what it runs on is apart. */
export interface SweepFlags extends DoctorFlags, Omit<BatchFlags, 'zone' | 'inPack' | 'fresh'> {
  phase?: string[];
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

/** Flags that say what is swept, and how much of it. */
export const withSweepFlags = (command: Command): Command =>
  withWaitFlags(withRolloutFlags(withDoctorFlags(command)))
    .addOption(whereOption())
    .option('--phase <phase>', `only hostnames in this phase (${SWEPT_PHASES.join(', ')}); may be repeated`, collect)
    .option('--ssl-status <status>', 'only with this ssl.status; may be repeated', collect)
    .option('--hostname-status <status>', 'only with this status; may be repeated', collect)
    .option('--ca <authority>', 'only of this certificate authority; may be repeated', collect)
    .option('--method <method>', 'only with this validation method; may be repeated', collect)
    .option('--contains <text>', 'only with this text in the name')
    .option('--older-than <time>', 'only created at least this long ago, such as 12h or 2d')
    .option('--all', 'send to all of them, without looking whether their check can pass')
    .option('--force', 'also hostnames that another known zone has, too')
    .option('--natural-within <time>', 'leave alone what Cloudflare checks by itself so soon', '10m')
    .option('--max-calls <calls>', 'stop at so many calls, lists included; the rest is carried over')
    .option('--until <time>', 'stop at this time of day, or instant (ISO 8601); the rest is carried over')
    .option('--tz <zone>', 'time zone of --until, such as Europe/Berlin (that of this machine)');

/** What is swept: the shorter flags are conditions as well. */
function selectionOf(flags: SweepFlags, olderThanMs: number | undefined, problems: ConfigProblems): Where {
  const { phase, sslStatus, hostnameStatus, ca, method, contains } = flags;
  const where = whereOf(flags.where, problems);
  // Conditions that say how far hostnames are stand in for the phases of a sweep that is not told.
  const asksForState = where.some(({ field }) => ['phase', 'status', 'ssl.status'].includes(field.path));
  const phases = phase ?? (asksForState || sslStatus || hostnameStatus ? undefined : SWEPT_PHASES);
  const from = (flag: string, text: string | 0 | undefined) => whereOf(text ? [text] : [], problems, flag);
  const among = (path: string, values: readonly string[] | undefined) => values && `${path}=${values.join(',')}`;
  return [
    ...from('--phase', among('phase', phases)),
    ...from('--ssl-status', among('ssl.status', sslStatus)),
    ...from('--hostname-status', among('status', hostnameStatus)),
    ...from('--ca', among('ssl.certificate_authority', ca)),
    ...from('--method', among('ssl.method', method)),
    ...from('--contains', contains && `hostname~${JSON.stringify(`*${contains}*`)}`),
    // A hostname that does not say when it was created counts as old.
    ...from('--older-than', olderThanMs && `created_at<=now-${olderThanMs}ms,<missing>`),
    ...where,
  ];
}

/**
 * Reads the flags of a sweep of `zones`. `from` (milliseconds since 1970) is when it was due: --until is after
 * it, in `tz` where the flags name none. Throws `CONFIG_INVALID` naming every problem.
 */
export function sweepOptions(
  zones: readonly string[],
  flags: SweepFlags,
  { from, tz }: { from: number; tz: string },
): SweepOptions {
  const problems = new ConfigProblems();
  for (const zone of zones.filter((name) => !isZoneGiven(name))) {
    problems.add(
      `A zone is given by its id (32 hex digits), its name (such as acme-store.net), or all, not "${zone}".`,
    );
  }
  const duration = (name: string, text: string): number => {
    const ms = parseDuration(text);
    if (ms === undefined) problems.add(`${name} must be a time such as 10m, 12h or 2d, not "${text}".`);
    return ms ?? 0;
  };
  const { maxCalls, until, olderThan } = flags;
  if (maxCalls !== undefined && !/^[1-9]\d{0,8}$/.test(maxCalls)) {
    problems.add(`--max-calls must be a whole number of calls, at least 1, not "${maxCalls}".`);
  }
  if (flags.tz !== undefined && until === undefined)
    problems.add('--tz is the time zone of --until, which is not given.');
  const zone = problems.attempt(() => checkedZone(flags.tz ?? tz)) ?? 'UTC';
  const by = until === undefined ? undefined : parseUntil(until, zone, from);
  if (until !== undefined && by === undefined) problems.add(`--until must be ${UNTIL_FORM}, not "${until}".`);
  const options: SweepOptions = {
    zones,
    selection: selectionOf(flags, olderThan === undefined ? undefined : duration('--older-than', olderThan), problems),
    all: flags.all ?? false,
    force: flags.force ?? false,
    naturalWithinMs: duration('--natural-within', flags.naturalWithin),
    ...(maxCalls === undefined ? {} : { maxCalls: Number(maxCalls) }),
    ...(by === undefined ? {} : { until: by }),
    given: givenOf(flags),
  };
  problems.throwIfAny();
  return options;
}

const GIVEN = [
  'where',
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
