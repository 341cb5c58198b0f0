import { fraction, textBits } from './draw.ts';
import type { FaultEffect, FaultMatch, FaultRule, FaultSubject } from './fault-rule.ts';

/** A rule and how often it has matched and struck. */
interface ArmedRule extends FaultRule {
  number: number;
  hostnames: ReadonlySet<string> | undefined;
  matched: number;
  struck: number;
}

function hostnamesOf(match: FaultMatch | undefined): ReadonlySet<string> | undefined {
  if (match?.hostname === undefined) return undefined;
  return new Set(typeof match.hostname === 'string' ? [match.hostname] : match.hostname);
}

/** Faults by rule. Chance is drawn from `seed`, the rule and how often it matched: the same calls meet the same faults. */
export class FaultInjector {
  readonly #seed: number;
  #rules: ArmedRule[] = [];
  #added = 0;

  constructor(seed: number, initial: readonly FaultRule[]) {
    this.#seed = seed;
    this.add(...initial);
  }

  add(...given: FaultRule[]): void {
    for (const rule of given) {
      this.#rules.push({ ...rule, number: this.#added, hostnames: hostnamesOf(rule.match), matched: 0, struck: 0 });
      this.#added += 1;
    }
  }

  clear(): void {
    this.#rules = [];
  }

  /** The effects that strike this call, in the order of their rules; of those that answer, the first wins. */
  strike(subject: FaultSubject): FaultEffect[] {
    return this.#rules.filter((rule) => this.#strikes(rule, subject)).map((rule) => rule.effect);
  }

  #strikes(rule: ArmedRule, subject: FaultSubject): boolean {
    if (!this.#matches(rule, subject)) return false;
    rule.matched += 1;
    if (rule.match?.nth !== undefined && rule.matched !== rule.match.nth) return false;
    if (rule.times !== undefined && rule.struck >= rule.times) return false;
    const { probability = 1 } = rule;
    if (probability < 1 && fraction(this.#seed, rule.number, rule.matched, 81) >= probability) return false;
    rule.struck += 1;
    return true;
  }

  #matches(rule: ArmedRule, { method, kind, hostname }: FaultSubject): boolean {
    const { match = {} } = rule;
    if (match.method !== undefined && match.method !== method) return false;
    if (match.kind !== undefined && match.kind !== kind) return false;
    if (rule.hostnames !== undefined && (hostname === undefined || !rule.hostnames.has(hostname))) return false;
    if (match.share === undefined) return true;
    return hostname !== undefined && fraction(this.#seed, rule.number, textBits(hostname)) < match.share;
  }
}
