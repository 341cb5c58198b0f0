import { randomUUID } from 'node:crypto';
import { LONGEST_REASON, type Tuning, type Word } from '../batch/control/word.ts';
import { parseUntil, UNTIL_FORM } from '../schedule/until.ts';
import { MINUTE } from '../terms.ts';
import { parseDuration } from '../text/duration.ts';
import { operatorOf } from './audit.ts';
import { batchConfigOf } from './batch-config.ts';
import { parseWindow, WINDOW_FORM } from './config.ts';
import type { Env, Flags } from './inputs.ts';
import { QUOTA_FORM, SHARE_FORM } from './lanes.ts';
import { ConfigProblems } from './problems.ts';
import { parseQuota, parseShare } from './values.ts';

export interface SteerFlags extends Pick<Flags, 'state' | 'queue' | 'share' | 'quota' | 'window' | 'priority'> {
  reason?: string;
  for?: string;
  until?: string;
  tz?: string;
  maxFailures?: string;
  only?: string;
}

/** What an operator says with a command of the name `kind`, at `now` (milliseconds since 1970). Throws `CONFIG_INVALID` naming every problem. */
export function readWord(
  kind: Word['word'],
  flags: SteerFlags,
  { env, now, tz }: { env: Env; now: number; tz: string },
): Word {
  const problems = new ConfigProblems();
  const { reason } = flags;
  if (reason !== undefined && reason.length > LONGEST_REASON) {
    problems.add(`--reason may have ${LONGEST_REASON} characters, not ${reason.length}.`);
  }
  const at = new Date(now).toISOString();
  const said = {
    v: 1,
    id: randomUUID(),
    at,
    by: operatorOf(env),
    ...(reason === undefined ? {} : { reason }),
  } as const;
  const until = kind === 'pause' ? untilOf(flags, { now, tz }, problems) : undefined;
  const of = kind === 'pause' ? sliceOf(flags, problems) : undefined;
  const tune = kind === 'tune' ? tuningOf(flags, problems) : {};
  problems.throwIfAny();
  if (kind === 'tune') return { ...said, word: kind, tune };
  if (kind !== 'pause') return { ...said, word: kind };
  return {
    ...said,
    word: kind,
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(of && { of }),
  };
}

const SLICES: Readonly<Record<string, string>> = {
  ...{ lane: 'lane', zone: 'zone_id', ca: 'certificate_authority', method: 'method' },
};

/** Which rows a pause is of: `ca=google,method=txt`. */
function sliceOf({ only }: SteerFlags, problems: ConfigProblems): Record<string, string> | undefined {
  if (only === undefined) return undefined;
  const pairs = only.split(',').map((pair) => pair.split('='));
  const isKnown = pairs.every(([name = '', value = '', ...more]) => SLICES[name] && value !== '' && more.length === 0);
  if (!isKnown) {
    problems.add(
      `--only must be ${Object.keys(SLICES).join(', ')} with a value, such as ca=google,method=txt, not "${only}".`,
    );
  }
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [SLICES[name] ?? name, value]));
}

function untilOf(
  flags: SteerFlags,
  { now, tz }: { now: number; tz: string },
  problems: ConfigProblems,
): number | undefined {
  if (flags.for !== undefined && flags.until !== undefined) problems.add('Give --for or --until, not both.');
  if (flags.for !== undefined) {
    const ms = parseDuration(flags.for);
    if (ms === undefined || ms <= 0) problems.add(`--for must be a time such as 30m or 2h, not "${flags.for}".`);
    return now + (ms ?? MINUTE);
  }
  if (flags.until === undefined) return undefined;
  const until = parseUntil(flags.until, tz, now);
  if (until === undefined) problems.add(`--until must be ${UNTIL_FORM}, not "${flags.until}".`);
  return until;
}

function tuningOf(flags: SteerFlags, problems: ConfigProblems): Tuning {
  const read = <T>(name: string, text: string | undefined, parse: (text: string) => T | undefined, form: string) => {
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) problems.add(`--${name} must be ${form}, not "${text}".`);
    return value;
  };
  const share = read('share', flags.share, parseShare, SHARE_FORM);
  const quota = read('quota', flags.quota, parseQuota, QUOTA_FORM);
  const window = read('window', flags.window, parseWindow, WINDOW_FORM);
  const count = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  const failures = read('max-failures', flags.maxFailures, count, 'a whole number of rows');
  const { priority } = batchConfigOf(flags, problems);
  const given = [flags.share, flags.quota, flags.window, flags.priority, flags.maxFailures];
  if (given.every((text) => text === undefined)) {
    problems.add('Say what to tune: --share, --quota, --window, --priority or --max-failures.');
  }
  return {
    ...(share === undefined ? {} : { share }),
    ...(quota === undefined ? {} : { quota: { calls: quota.calls, window_seconds: quota.windowSeconds } }),
    ...(window === undefined ? {} : { window }),
    ...(priority === undefined ? {} : { priority }),
    ...(failures === undefined ? {} : { max_failures: failures }),
  };
}
