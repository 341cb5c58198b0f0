import { fraction, textBits } from './draw.ts';
import type { FaultEffect, FaultMatch, FaultRule, FaultSubject } from './fault-rule.ts';

export interface FaultInjector {
  add(...rules: FaultRule[]): void;
  clear(): void;
  /** The effects that strike this call, in the order of their rules; of those that answer, the first wins. */
  strike(subject: FaultSubject): FaultEffect[];
}

/** A rule and how often it has matched and struck. */
interface ArmedRule extends FaultRule {
  number: number;
  hostnames: ReadonlySet<string> | undefined;
  matched: number;
  struck: number;
}

const hostnamesOf = (match: FaultMatch | undefined): ReadonlySet<string> | undefined => {
  if (match?.hostname === undefined) return undefined;
  return new Set(typeof match.hostname === 'string' ? [match.hostname] : match.hostname);
};

/** Faults by rule. Chance is drawn from `seed`, the rule and how often it matched: the same calls meet the same faults. */
export const createFaultInjector = (seed: number, initial: readonly FaultRule[]): FaultInjector => {
  let rules: ArmedRule[] = [];
  let added = 0;

  const matches = (rule: ArmedRule, { method, kind, hostname }: FaultSubject): boolean => {
    const { match = {} } = rule;
    if (match.method !== undefined && match.method !== method) return false;
    if (match.kind !== undefined && match.kind !== kind) return false;
    if (rule.hostnames !== undefined && (hostname === undefined || !rule.hostnames.has(hostname))) return false;
    if (match.share === undefined) return true;
    return hostname !== undefined && fraction(seed, rule.number, textBits(hostname)) < match.share;
  };

  const strikes = (rule: ArmedRule, subject: FaultSubject): boolean => {
    if (!matches(rule, subject)) return false;
    rule.matched += 1;
    if (rule.match?.nth !== undefined && rule.matched !== rule.match.nth) return false;
    if (rule.times !== undefined && rule.struck >= rule.times) return false;
    if (rule.probability !== undefined && fraction(seed, rule.number, rule.matched, 81) >= rule.probability)
      return false;
    rule.struck += 1;
    return true;
  };

  const injector: FaultInjector = {
    add(...given) {
      for (const rule of given) {
        rules.push({ ...rule, number: added, hostnames: hostnamesOf(rule.match), matched: 0, struck: 0 });
        added += 1;
      }
    },
    clear() {
      rules = [];
    },
    strike: (subject) =>
      rules.length === 0 ? [] : rules.filter((rule) => strikes(rule, subject)).map((rule) => rule.effect),
  };
  injector.add(...initial);
  return injector;
};
