import type { Code } from '../../codes/code.ts';
import { DECISIONS, EFFECTS, HostrollError } from '../../terms.ts';
import { formatDuration, formatInstant } from '../../text/format-time.ts';
import { counted, formatCount } from '../../text/text-layout.ts';
import type { PlanSummary } from './plan-summary.ts';
import { HELD_BACK } from './reviewed-rows.ts';

/** What a plan is judged by before anything of it is sent. */
export interface PlanRules {
  /** Brakes that are released, by name. */
  force: readonly string[];
  /** Counts that the plan must have, by their names in it. */
  expect: Readonly<Record<string, number>>;
  /** Most calls, planning included. */
  maxCalls?: number;
  /** When it is to be done, in milliseconds since 1970. */
  until?: number;
}

/** Part of the rows that may be rejected: a manifest for another zone, or an old one, has far more. */
const MOST_REJECTED = 0.2;

/** Codes of rows that are left alone one by one, which says nothing of the manifest. */
const KNOWN_WHY: ReadonlySet<string> = new Set<Code>([HELD_BACK, 'CHANGED_SINCE_EDIT', 'NOT_REVERSIBLE']);

type Judge = (plan: PlanSummary, rules: PlanRules, now: number) => string | undefined | false;

/**
 * What no sane run wants that nobody watches, by the name that releases it: a sentence with the numbers where a plan is so.
 * The calls and the time of a plan are its estimates, of which the run may fall short or go beyond.
 */
const BRAKES: Readonly<Record<string, Judge>> = {
  rejected({ counts, rejected }) {
    const rows = sum(counts);
    const held = rejected.filter(({ code }) => KNOWN_WHY.has(code)).reduce((total, { count }) => total + count, 0);
    const part = (counts.reject - held) / rows;
    return (
      part > MOST_REJECTED &&
      `${formatCount(counts.reject - held)} of ${counted(rows, 'row')} (${Math.round(100 * part)}%) are rejected, more than ${100 * MOST_REJECTED}%: the zone may be the wrong one, or the manifest old`
    );
  },
  'other-zone': ({ otherZones }) =>
    otherZones > 0 &&
    `${hostnames(otherZones)} also in another known zone, and the zone that is edited last takes the traffic`,
  'loses-upload': ({ effects }) =>
    effects.loses_upload > 0 &&
    `${hostnames(effects.loses_upload)} served with an uploaded certificate, which a managed one would replace; its key is not in our hands`,
  'drops-half': ({ effects: { drops_rsa, drops_ecdsa } }) =>
    drops_rsa + drops_ecdsa > 0 &&
    `${hostnames(drops_rsa + drops_ecdsa)} served with two certificates, RSA and ECDSA, of which one is dropped (${formatCount(drops_rsa)} RSA, ${formatCount(drops_ecdsa)} ECDSA)`,
  'max-calls': ({ calls }, { maxCalls = Number.POSITIVE_INFINITY }) =>
    calls.total > maxCalls &&
    `it takes ${formatCount(calls.total)} calls, more than the ${formatCount(maxCalls)} of --max-calls`,
  until: ({ durationMs }, { until = Number.POSITIVE_INFINITY }, now) =>
    now + durationMs > until &&
    `it may take ${formatDuration(durationMs)}, until ${formatInstant(now + durationMs)}, and --until is ${formatInstant(until)}`,
};

export const BRAKE_NAMES: readonly string[] = Object.keys(BRAKES);

/** What `--expect` may name. */
export const EXPECTED_NAMES: readonly string[] = ['rows', ...DECISIONS, ...EFFECTS, 'calls'];

/** The brakes that hold a plan, each as a sentence that says the rule, the numbers and the flag. `now` in milliseconds. */
export function brakesOf(plan: PlanSummary, rules: PlanRules, now: number): string[] {
  return Object.entries(BRAKES).flatMap(([name, judge]) => {
    const says = rules.force.includes(name) ? undefined : judge(plan, rules, now);
    return says ? [`${name}: ${says} (--force ${name}).`] : [];
  });
}

/**
 * Lets a plan pass, or throws: `PLAN_UNEXPECTED` where it is not the one expected, and, where nobody watches, `PLAN_BRAKED`.
 */
export function checkPlan(
  plan: PlanSummary,
  rules: PlanRules,
  { isWatched, now }: { isWatched: boolean; now: number },
): void {
  const actual: Record<string, number> = {
    ...plan.counts,
    ...plan.effects,
    rows: sum(plan.counts),
    calls: plan.calls.total,
  };
  const others = Object.entries(rules.expect).filter(([name, count]) => actual[name] !== count);
  if (others.length > 0) {
    const named = others.map(([name, count]) => `${name} is ${actual[name]}, not ${count}`).join('; ');
    throw new HostrollError('PLAN_UNEXPECTED', `Nothing was sent, as the plan is not the expected one: ${named}.`);
  }
  const brakes = isWatched ? [] : brakesOf(plan, rules, now);
  if (brakes.length === 0) return;
  throw new HostrollError(
    'PLAN_BRAKED',
    ['Nothing was sent, as nobody watches this plan, and', ...brakes.map((brake) => `  ${brake}`)].join('\n'),
  );
}

const sum = (counts: PlanSummary['counts']): number => DECISIONS.reduce((total, name) => total + counts[name], 0);
const hostnames = (count: number): string => `${counted(count, 'hostname')} ${count === 1 ? 'is' : 'are'}`;
