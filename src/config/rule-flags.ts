import type { Command } from 'commander';
import { BRAKE_NAMES, EXPECTED_NAMES, type PlanRules } from '../batch/plan/brakes.ts';
import { didYouMean } from '../manifest/nearest.ts';
import { localZone } from '../schedule/time-zone.ts';
import { parseUntil, UNTIL_FORM } from '../schedule/until.ts';
import { collect } from './flags.ts';
import { ConfigProblems } from './problems.ts';

/** Flags that say what a plan is judged by. */
export interface RuleFlags {
  force?: string[];
  expect?: string;
  maxCalls?: string;
  until?: string;
}

export const withRuleFlags = (command: Command): Command =>
  command
    .option('--force <rule>', `let a plan pass unattended that the rule holds: ${BRAKE_NAMES.join(', ')}`, collect)
    .option('--expect <counts>', 'refuse any other plan, such as edit=150,reissues=0')
    .option('--max-calls <calls>', 'refuse, unattended, a plan of more calls')
    .option(
      '--until <time>',
      'refuse, unattended, a plan that cannot be done by this time of day, or instant (ISO 8601)',
    );

/**
 * What the flags say. `due` is when a command was due, in milliseconds: --until is after it, on the clocks of
 * `tz`. Throws `CONFIG_INVALID` naming every problem.
 */
export function planRules(
  { force = [], expect, maxCalls, until }: RuleFlags,
  due = { from: Date.now(), tz: localZone() },
): PlanRules {
  const problems = new ConfigProblems();
  for (const name of force.filter((one) => !BRAKE_NAMES.includes(one))) {
    const near = didYouMean(name, BRAKE_NAMES) || '.';
    problems.add(`--force must name one of ${BRAKE_NAMES.join(', ')}, not "${name}"${near}`);
  }
  if (maxCalls !== undefined && !/^[1-9]\d{0,8}$/.test(maxCalls)) {
    problems.add(`--max-calls must be a whole number of calls, at least 1, not "${maxCalls}".`);
  }
  const by = until === undefined ? undefined : parseUntil(until, due.tz, due.from);
  if (until !== undefined && by === undefined) problems.add(`--until must be ${UNTIL_FORM}, not "${until}".`);
  const limits = { 'max-calls': maxCalls, until };
  for (const [name, given] of Object.entries(limits)) {
    if (given !== undefined && force.includes(name)) {
      problems.add(`--${name} ${given} and --force ${name} say contrary things; give one of the two.`);
    }
  }
  const rules: PlanRules = {
    force,
    expect: expected(expect ?? '', problems),
    ...(maxCalls === undefined ? {} : { maxCalls: Number(maxCalls) }),
    ...(by === undefined ? {} : { until: by }),
  };
  problems.throwIfAny();
  return rules;
}

function expected(text: string, problems: ConfigProblems): Record<string, number> {
  const counts = new Map<string, number>();
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [, given = '', count] = /^\s*([\w-]+)\s*=\s*(\d{1,9})\s*$/.exec(part) ?? [];
    const name = given.replaceAll('-', '_');
    if (count === undefined) {
      problems.add(`--expect must be names and counts such as edit=150,reissues=0, not "${part.trim()}".`);
    } else if (!EXPECTED_NAMES.includes(name)) {
      const near = didYouMean(name, EXPECTED_NAMES) || '.';
      problems.add(`--expect knows ${EXPECTED_NAMES.join(', ')}, not "${given}"${near}`);
    } else if ((counts.get(name) ?? Number(count)) !== Number(count)) {
      problems.add(`--expect says two things of ${name}: ${counts.get(name)} and ${count}.`);
    } else counts.set(name, Number(count));
  }
  return Object.fromEntries(counts);
}
