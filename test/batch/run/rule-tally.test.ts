import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type StopRule } from '../../../src/batch/ledger/rollout.ts';
import { firesAt, type RowPlace, RuleTally } from '../../../src/batch/run/rule-tally.ts';
import type { JudgedRow } from '../../../src/batch/run/trouble.ts';
import type { ZoneId } from '../../../src/terms.ts';

const ruleNamed = (name: string): StopRule => {
  const rule = DEFAULT_RULES.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
};
const place = (more: Partial<RowPlace> = {}): RowPlace => ({
  ...{ lane: 'a', zone_id: 'z1' as ZoneId, certificate_authority: 'google', method: 'txt' },
  ...more,
});
const edited = (paths: string[] = []): JudgedRow => ({ outcome: 'edited', paths });
const failed = (code: string, message = 'No.'): JudgedRow => ({ outcome: 'failed', code, message });
const gaveUp = (code = 'CF_TIMEOUT'): JudgedRow => ({ outcome: 'gave_up', code, message: 'No answer came.' });

describe('rows that are given up or refused by the edge', () => {
  it('stop the batch at the twentieth in a row of a lane, and say what it came to', () => {
    const tally = new RuleTally(ruleNamed('unreachable'));
    for (let n = 1; n < 20; n++) expect(tally.judge(gaveUp(), place())).toBeUndefined();
    expect(tally.judge(gaveUp(), place())).toMatchObject({
      code: 'API_UNREACHABLE',
      slice: { lane: 'a' },
      message:
        '20 of 20 rows (a) were given up or refused by the edge, the last with CF_TIMEOUT: No answer came; rule "unreachable" fires at 20 of the last 20 rows.',
    });
  });

  it.each([edited(), failed('CF_1436')])('do not where the API answers in between: $outcome', (answer) => {
    const tally = new RuleTally(ruleNamed('unreachable'));
    for (let n = 1; n < 200; n++) expect(tally.judge(n % 20 === 0 ? answer : gaveUp(), place())).toBeUndefined();
  });

  it('stop for a dead lane though another one is well, and not for several of which none is dead', () => {
    const tally = new RuleTally(ruleNamed('unreachable'));
    for (let n = 1; n < 20; n++) {
      for (const lane of ['dead', 'b', 'c']) expect(tally.judge(gaveUp(), place({ lane }))).toBeUndefined();
      expect(tally.judge(edited(), place({ lane: 'well' }))).toBeUndefined();
    }
    expect(tally.judge(gaveUp(), place({ lane: 'dead' }))?.slice).toEqual({ lane: 'dead' });
  });

  it.each(['JOB_LOST', 'WORKERS_DIED'])('do not blame the API for what the queue or workers lost: %s', (code) => {
    const [unreachable, lost] = [new RuleTally(ruleNamed('unreachable')), new RuleTally(ruleNamed('lost'))];
    const judge = (row: JudgedRow) => unreachable.judge(row, place()) ?? lost.judge(row, place());
    for (let n = 1; n < 20; n++) expect([judge(gaveUp(code)), judge(gaveUp())]).toEqual([undefined, undefined]);
    expect(judge(gaveUp(code))).toMatchObject({ code, rule: { name: 'lost' } });
  });
});

describe('rows refused for what their zone lacks', () => {
  const metadata = ['custom_metadata.plan'];

  it('hold what is like them at the third in a row, with the API’s own words', () => {
    const tally = new RuleTally(ruleNamed('lacking'));
    for (let n = 1; n < 3; n++) expect(tally.judge({ ...failed('CF_1413'), paths: metadata }, place())).toBeUndefined();
    const firing = tally.judge({ ...failed('CF_1413', 'Not entitled.'), paths: metadata }, place());
    expect(firing).toMatchObject({ code: 'CF_1413', slice: { zone_id: 'z1', code: 'CF_1413' } });
    expect(firing?.message).toContain('3 of 3 rows (z1)');
    expect(firing?.message).toContain('CF_1413: Not entitled');
  });

  it('begin anew where an edit of the same kind is taken, and only then', () => {
    const tally = new RuleTally(ruleNamed('lacking'));
    const refused = () => tally.judge({ ...failed('CF_1413'), paths: metadata }, place());
    refused();
    refused();
    tally.judge(edited(['ssl.method']), place());
    tally.judge(edited(metadata), place({ zone_id: 'z2' as ZoneId }));
    tally.judge(failed('CF_1436'), place());
    expect(refused()).toBeDefined();
    const other = new RuleTally(ruleNamed('lacking'));
    other.judge({ ...failed('CF_1404'), paths: [] }, place());
    other.judge({ ...failed('CF_1404'), paths: [] }, place());
    other.judge(edited(['ssl.method']), place());
    expect(other.judge({ ...failed('CF_1404'), paths: [] }, place())).toBeUndefined();
  });
});

describe('rows that fail for reasons of their own', () => {
  it('hold their slice where most of those alike fail alike, and no other', () => {
    const tally = new RuleTally(ruleNamed('alike'));
    const fired = Array.from({ length: 40 }, (_, n) => {
      const isPoisoned = n % 4 === 0;
      const where = place(isPoisoned ? { certificate_authority: 'ssl_com' } : {});
      return tally.judge(isPoisoned ? failed('CF_1434') : edited(), where);
    });
    const firings = fired.filter((one) => one !== undefined);
    expect(firings).toHaveLength(1);
    expect(firings[0]?.slice).toEqual({
      ...{ zone_id: 'z1', certificate_authority: 'ssl_com', method: 'txt', code: 'CF_1434' },
    });
    expect(fired.findIndex((one) => one !== undefined)).toBe(36);
  });

  it('do not where each fails for another reason', () => {
    const tally = new RuleTally(ruleNamed('alike'));
    for (let n = 0; n < 60; n++) expect(tally.judge(failed(`CF_14${10 + (n % 3)}`), place())).toBeUndefined();
  });

  it('are counted with the rows before the first of them', () => {
    const tally = new RuleTally({ name: 'r', trouble: 'failed', per: ['code'], share: 0.1, action: 'hold' });
    for (let n = 0; n < 90; n++) tally.judge(edited(), place());
    const at = Array.from({ length: 20 }, () => tally.judge(failed('CF_1434'), place())).findIndex(Boolean);
    // 11 of 101 are more than a tenth, 10 of 100 are not.
    expect(at).toBe(10);
  });

  it('say nothing while there are less than the least', () => {
    const tally = new RuleTally({ name: 'r', trouble: 'failed', per: [], share: 0, least: 5, action: 'hold' });
    expect([1, 2, 3, 4].map(() => tally.judge(failed('CF_1434'), place()))).toEqual(Array(4).fill(undefined));
    expect(tally.judge(failed('CF_1434'), place())).toBeDefined();
  });
});

describe('what was accepted', () => {
  it('fires again only when it has grown by its threshold once more', () => {
    const tally = new RuleTally({ name: 'r', trouble: 'failed', per: [], count: 5, action: 'hold' });
    const firesAt = () => Array.from({ length: 12 }, () => tally.judge(failed('CF_1434'), place())).findIndex(Boolean);
    expect(firesAt()).toBe(4);
    // It has fired, and nobody has said anything.
    expect(firesAt()).toBe(-1);
    tally.accept();
    expect(firesAt()).toBe(4);
  });
});

it('a rule of a count fires when, and only when, so many of its window are in trouble', () => {
  const rows = fc.array(fc.boolean(), { maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 6, max: 12 }), (bad, count, window) => {
      const tally = new RuleTally({ name: 'r', trouble: 'failed', per: [], count, window, action: 'hold' });
      const at = bad.findIndex((isBad) => tally.judge(isBad ? failed('CF_1434') : edited(), place()) !== undefined);
      const first = bad.findIndex((_, end) => {
        const last = bad.slice(Math.max(0, end + 1 - window), end + 1);
        return last.filter(Boolean).length >= count;
      });
      expect(at).toBe(first);
    }),
  );
});

it('a rule is said in words', () => {
  expect(
    firesAt({ name: 'r', trouble: 'failed', per: [], share: 0.2, least: 100, window: 1_000, action: 'stop' }),
  ).toBe('over 20% of the last 1000 rows, of 100 at least');
});
