import { LONGEST_WAIT_MS } from '../batch/ledger/batch-file.ts';
import { ISSUANCE_DEFAULT } from '../batch/ledger/issuance-default.ts';
import {
  DEFAULT_RULES,
  type IssuanceLimit,
  maxFailures,
  type Rollout,
  STOP_RULE,
  type StopRule,
  type Waves,
} from '../batch/ledger/rollout.ts';
import { parseWaves } from '../batch/waves/wave-sizes.ts';
import { jsonOf } from '../disk/json-lines.ts';
import { parseDuration } from '../text/duration.ts';
import { WAVE_DEFAULTS } from './defaults.ts';
import type { Flags } from './inputs.ts';
import type { ConfigProblems } from './problems.ts';
import { parseQuota, parseShare } from './values.ts';

/** What flags say of how a plan is carried out. */
export interface RolloutConfig {
  waves?: Waves | undefined;
  /** Null for none. */
  issuance?: IssuanceLimit | null | undefined;
  /** Rules beside those of the configuration file, or in their place. */
  stopRules?: readonly StopRule[];
}

/** Reads them; what is wrong is added to `problems`. */
export function rolloutConfig(flags: Flags, problems: ConfigProblems): RolloutConfig {
  const waves = readWaves(flags, problems);
  const issuance = readIssuance(flags.issuance, problems);
  const rules = [...readRules(flags.stopRule ?? [], problems), ...readMaxFailures(flags.maxFailures, problems)];
  return {
    ...(waves === undefined ? {} : { waves }),
    ...(issuance === undefined ? {} : { issuance }),
    ...(rules.length === 0 ? {} : { stopRules: rules }),
  };
}

/** A plan's own rules: those given stand in the place of others of their name, and one with neither count nor share ends it. */
export function rolloutOf(
  { waves, issuance = ISSUANCE_DEFAULT, stopRules = [] }: RolloutConfig,
  ofFile: readonly StopRule[],
): Rollout {
  const byName = new Map([...DEFAULT_RULES, ...ofFile, ...stopRules].map((rule) => [rule.name, rule]));
  const live = [...byName.values()].filter(({ count, share }) => count !== undefined || share !== undefined);
  return { ...(waves === undefined ? {} : { waves }), issuance, rules: live };
}

function readWaves(flags: Flags, problems: ConfigProblems): Waves | undefined {
  if (flags.waves === undefined) {
    const [, about] = Object.entries(ABOUT_WAVES).find(([flag]) => flags[flag as keyof typeof ABOUT_WAVES]) ?? [];
    if (about === undefined) return undefined;
    problems.add(`${about} is about waves, and there are none: add --waves 10,5%,100%.`);
    return undefined;
  }
  const { waves, waveWait, maxPending, confirmWaves = false } = { ...WAVE_DEFAULTS, ...flags };
  const parsed = parseWaves(waves ?? '');
  if ('problem' in parsed) problems.add(`--waves: ${parsed.problem}.`);
  const waitMs = parseDuration(waveWait);
  if (waitMs === undefined || waitMs > LONGEST_WAIT_MS) {
    problems.add(`--wave-wait must be a time such as 0, 60s, 15m or 2h, at most 168h, not "${waveWait}".`);
  }
  const pending = partOf(maxPending);
  if (pending === undefined) problems.add(`--max-pending must be a part such as 0, 50% or 100%, not "${maxPending}".`);
  if ('problem' in parsed || waitMs === undefined || pending === undefined) return undefined;
  return { sizes: parsed.sizes, wait_ms: waitMs, max_pending: pending, confirm: confirmWaves };
}

/** Flags that say nothing without waves, as they are typed. */
const ABOUT_WAVES = { waveWait: '--wave-wait', maxPending: '--max-pending', confirmWaves: '--confirm-waves' } as const;

function readIssuance(text: string | undefined, problems: ConfigProblems): IssuanceLimit | null | undefined {
  if (text === undefined || text === 'none') return text === undefined ? undefined : null;
  const quota = parseQuota(text);
  if (quota !== undefined) return { orders: quota.calls, window_seconds: quota.windowSeconds };
  problems.add(`--issuance must be certificates per window, such as 15/60 or 30/1m, or none, not "${text}".`);
  return undefined;
}

const partOf = (text: string): number | undefined => (/^0+%?$/.test(text.trim()) ? 0 : parseShare(text));

function readRules(texts: readonly string[], problems: ConfigProblems): StopRule[] {
  const rules = texts.flatMap((text) => {
    const rule = STOP_RULE.safeParse(jsonOf(text));
    if (rule.success) return [rule.data];
    const [issue] = rule.error.issues;
    const place = issue?.path.join('.');
    const what = place ? `${place}: ${issue?.message.replace(/^Invalid input: /, '')}` : 'it is no rule in JSON';
    problems.add(`--stop-rule ${text}: ${what}.`);
    return [];
  });
  for (const problem of ruleProblems(rules)) problems.add(`--stop-rule ${problem}`);
  return rules;
}

/** What cannot be meant by these rules, a sentence each. */
export function ruleProblems(rules: readonly StopRule[]): string[] {
  const names = rules.map(({ name }) => name);
  return [
    ...names.flatMap((name, at) =>
      names.indexOf(name) === at ? [] : [`"${name}" is the name of two rules: give each a name of its own.`],
    ),
    ...rules.flatMap(({ name, count = 0, least = 0, window }) =>
      window !== undefined && Math.max(count, least) > window
        ? [`"${name}" can never fire: of its last ${window} rows there are never ${Math.max(count, least)}.`]
        : [],
    ),
  ];
}

/** The share holds of a hundred rows or more, so that one failure at the beginning is not all of them. */
function readMaxFailures(text: string | undefined, problems: ConfigProblems): StopRule[] {
  if (text === undefined) return [];
  if (/^\d{1,9}$/.test(text.trim())) return [maxFailures(Number(text))];
  const share = text.trim().endsWith('%') ? parseShare(text) : undefined;
  const { count: _, ...rule } = maxFailures(0);
  if (share !== undefined) return [{ ...rule, share, least: 100 }];
  problems.add(`--max-failures must be a number of rows or a percentage, such as 20 or 2%, not "${text}".`);
  return [];
}
