import { describe, expect, it } from 'vitest';
import { REFUSED_IN_A_ROW, RefusedRows } from '../../../src/batch/run/refused-rows.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';

const result = (row: number, more: Partial<RowResult> = {}): RowResult => ({
  ...{ kind: 'row', key: `row-${row}`, row, calls: { list: 0, read: 0, edit: 1 }, outcome: 'edited' },
  ...more,
});
const refused = (row: number) =>
  result(row, { outcome: 'failed', code: 'CF_UNAUTHORIZED', message: 'Authentication error (10000).' });
const rowsOf = ({ record }: { record: RowResult[] }) => record.map(({ row }) => row);

describe('a row whose edit is refused for the credential', () => {
  it('has failed by itself once another row is answered', () => {
    const rows = new RefusedRows('emea');
    expect(rows.judge(refused(1), 9)).toEqual({ record: [] });
    expect(rowsOf(rows.judge(result(2), 9))).toEqual([1, 2]);
    expect(rowsOf(rows.judge(result(3, { outcome: 'failed', code: 'CF_1434' }), 7))).toEqual([3]);
  });

  it('stops the batch, without an outcome, where the next rows are refused as well', () => {
    const rows = new RefusedRows('emea');
    for (let row = 1; row < REFUSED_IN_A_ROW; row++) expect(rows.judge(refused(row), 9)).toEqual({ record: [] });
    const { record, stop } = rows.judge(refused(REFUSED_IN_A_ROW), 9);
    expect(record).toEqual([]);
    expect(stop).toMatchObject({ reason: 'stop_rule', code: 'CF_UNAUTHORIZED' });
    expect(stop?.message).toContain('1, 2, 3');
  });

  it('says nothing of the credential to a row that was given up', () => {
    const rows = new RefusedRows('emea');
    rows.judge(refused(1), 9);
    expect(rowsOf(rows.judge(result(2, { outcome: 'gave_up', code: 'CF_TIMEOUT' }), 9))).toEqual([2]);
    rows.judge(refused(3), 8);
    expect(rows.judge(refused(4), 8).stop).toBeDefined();
  });

  it('that is the last one left has failed: nothing more can be asked, and no resume would get past it', () => {
    const rows = new RefusedRows('emea');
    expect(rowsOf(rows.judge(refused(1), 1))).toEqual([1]);
    const two = new RefusedRows('emea');
    expect(rowsOf(two.judge(refused(1), 2))).toEqual([]);
    expect(rowsOf(two.judge(refused(2), 2))).toEqual([1, 2]);
  });
});
