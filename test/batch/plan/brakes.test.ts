import { describe, expect, it } from 'vitest';
import { BRAKE_NAMES, brakesOf, checkPlan, type PlanRules } from '../../../src/batch/plan/brakes.ts';
import type { PlanSummary } from '../../../src/batch/plan/plan-summary.ts';
import { EFFECTS, HOUR, MINUTE } from '../../../src/terms.ts';
import { planRow } from '../ledger/batch-folder.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const RULES: PlanRules = { force: [], expect: {} };
const NO_EFFECTS = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as PlanSummary['effects'];

const plan = (more: Partial<PlanSummary> = {}): PlanSummary => ({
  counts: { edit: 80, recheck: 0, skip: 0, reject: 20 },
  effects: NO_EFFECTS,
  otherZones: 0,
  undo: { reversible: 0, needs_dcv: 0, needs_bundle: 0, not_reversible: 0 },
  samples: [],
  changes: [],
  editMs: 29 * MINUTE,
  rejected: [],
  bundles: [],
  moreBundles: 0,
  notes: [],
  calls: { list: 10, edit: 80, settle: 10, total: 100 },
  ratePerSecond: 1,
  durationMs: 30 * MINUTE,
  ...more,
});
const rejected = (reject: number, code = 'HOSTNAME_NOT_FOUND') =>
  plan({
    counts: { edit: 100 - reject, recheck: 0, skip: 0, reject },
    rejected: [{ code, count: reject, sample: planRow(1) }],
  });

/** A plan that the rule holds, the nearest one that it does not, and what it says. */
const CASES: Record<string, { held: PlanSummary; passes: PlanSummary; rules?: Partial<PlanRules>; says: string }> = {
  rejected: { held: rejected(21), passes: rejected(20), says: '21 of 100 rows (21%)' },
  'other-zone': { held: plan({ otherZones: 2 }), passes: plan(), says: '2 hostnames are also in another known zone' },
  'loses-upload': {
    held: plan({ effects: { ...NO_EFFECTS, loses_upload: 1 } }),
    passes: plan(),
    says: '1 hostname is served with an uploaded certificate',
  },
  'drops-half': {
    held: plan({ effects: { ...NO_EFFECTS, drops_rsa: 1, drops_ecdsa: 2 } }),
    passes: plan(),
    says: '3 hostnames are served with two certificates, RSA and ECDSA, of which one is dropped (1 RSA, 2 ECDSA)',
  },
  'max-calls': {
    held: plan({ calls: { list: 10, edit: 80, settle: 11, total: 101 } }),
    passes: plan(),
    rules: { maxCalls: 100 },
    says: '101 calls, more than the 100',
  },
  until: {
    held: plan({ durationMs: HOUR + 1 }),
    passes: plan({ durationMs: HOUR }),
    rules: { until: NOW + HOUR },
    says: 'may take 1 h, until 2026-11-27 13:00:00 UTC, and --until is 2026-11-27 13:00:00 UTC',
  },
};

it('there is a case for every brake', () => {
  expect(Object.keys(CASES)).toEqual(BRAKE_NAMES);
});

describe.each(Object.entries(CASES))('the brake %s', (name, { held, passes, rules, says }) => {
  const all = { ...RULES, ...rules };
  const check = (given: PlanSummary, more: Partial<PlanRules> = {}, isWatched = false) =>
    checkPlan(given, { ...all, ...more }, { isWatched, now: NOW });

  it('holds a plan beyond its bound, in words, with numbers and the flag', () => {
    expect(() => check(held)).toThrow(says);
    expect(() => check(held)).toThrow(expect.objectContaining({ code: 'PLAN_BRAKED' }));
    expect(brakesOf(held, all, NOW)[0]).toContain(`(--force ${name})`);
  });

  it('lets the nearest other plan pass, what is forced by its name, and what somebody watches', () => {
    check(passes);
    check(held, { force: [name] });
    check(held, {}, true);
    expect(() => check(held, { force: BRAKE_NAMES.filter((other) => other !== name) })).toThrow(says);
  });
});

it('rows held back since a review are no sign of a wrong manifest', () => {
  expect(brakesOf(rejected(90, 'CHANGED_SINCE_REVIEW'), RULES, NOW)).toEqual([]);
});

it('a plan that is not the expected one is refused, watched or not, with every difference', () => {
  const check = (expected: Record<string, number>) => () =>
    checkPlan(plan(), { force: BRAKE_NAMES, expect: expected }, { isWatched: true, now: NOW });
  check({ edit: 80, reissues: 0, rows: 100, calls: 100 })();
  expect(check({ edit: 81, skip: 0, reissues: 1 })).toThrow('edit is 80, not 81; reissues is 0, not 1.');
});
