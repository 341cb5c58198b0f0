import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { PlanCounter } from '../../../src/batch/plan/plan-totals.ts';
import type { ZoneId } from '../../../src/terms.ts';

const [ZONE, OTHER] = ['a', 'b'].map((letter) => letter.repeat(32)) as [ZoneId, ZoneId];
const row = (number: number, more: Partial<PlanRow>): PlanRow => ({
  ...{ row: number, decision: 'edit', effects: [], zone_id: ZONE },
  ...more,
});

function totalsOf(...rows: PlanRow[]) {
  const counter = new PlanCounter();
  for (const each of rows) counter.count(each);
  return counter.totals();
}

describe('the totals of a plan', () => {
  it('count rows by decision and effect, a row of several effects under each, and those sent by zone', () => {
    const { counts, effects, editsByZone } = totalsOf(
      row(1, { effects: ['moves_traffic', 'restarts_dcv'] }),
      row(2, { effects: ['restarts_dcv'], zone_id: OTHER }),
      row(3, { decision: 'recheck', effects: ['restarts_dcv'] }),
      row(4, { decision: 'skip', code: 'ALREADY_SO' }),
      row(5, { decision: 'reject', code: 'HOSTNAME_NOT_FOUND' }),
    );
    expect(counts).toEqual({ edit: 2, recheck: 1, skip: 1, reject: 1 });
    expect(effects).toMatchObject({ moves_traffic: 1, restarts_dcv: 3, metadata_only: 0 });
    expect([...editsByZone]).toEqual([
      [ZONE, 2],
      [OTHER, 1],
    ]);
  });

  it('keep a few rows of each kind as examples, so that a rare kind is shown beside a common one', () => {
    const common = Array.from({ length: 100 }, (_, at) => row(at + 1, { effects: ['metadata_only'] }));
    const { samples } = totalsOf(...common, row(101, { effects: ['reissues'] }));
    expect(samples.length).toBeLessThan(10);
    expect(samples.at(-1)?.row).toBe(101);
  });

  it('give each reason with its number and its first row, the most frequent first', () => {
    const { rejected, skipped } = totalsOf(
      row(1, { decision: 'reject', code: 'HOSTNAME_TWICE' }),
      row(2, { decision: 'reject', code: 'HOSTNAME_NOT_FOUND' }),
      row(3, { decision: 'reject', code: 'HOSTNAME_NOT_FOUND' }),
      row(4, { decision: 'skip', code: 'ALREADY_SO' }),
    );
    expect(rejected.map(({ code, count, sample }) => [code, count, sample.row])).toEqual([
      ['HOSTNAME_NOT_FOUND', 2, 2],
      ['HOSTNAME_TWICE', 1, 1],
    ]);
    expect(skipped).toMatchObject([{ code: 'ALREADY_SO', count: 1 }]);
  });
});
