import { describe, expect, it } from 'vitest';
import { Stop } from '../../../src/batch/ledger/stop.ts';
import { GAVE_UP_IN_A_ROW, StopRules } from '../../../src/batch/run/stop-rules.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';

const result = (outcome: RowResult['outcome']): RowResult => ({
  ...{ kind: 'row', key: 'row-1', row: 1, calls: { list: 0, read: 0, edit: 1 }, outcome },
  ...{ code: 'CF_TIMEOUT', message: 'No whole answer came within 30 s.' },
});

describe('a batch whose rows are given up', () => {
  it('is stopped at the twentieth in a row, and says what it came to', () => {
    const rules = new StopRules();
    for (let n = 1; n < GAVE_UP_IN_A_ROW; n++) expect(rules.judge(result('gave_up'))).toBeUndefined();
    expect(rules.judge(result('gave_up'))).toEqual({
      reason: 'stop_rule',
      code: 'API_UNREACHABLE',
      message:
        '20 rows in a row were given up or refused by the edge, the last with CF_TIMEOUT: No whole answer came within 30 s.',
    });
  });

  it.each(['edited', 'failed'] as const)('goes on where the API answers in between: %s', (outcome) => {
    const rules = new StopRules();
    for (let n = 1; n < 10 * GAVE_UP_IN_A_ROW; n++) {
      expect(rules.judge(result(n % GAVE_UP_IN_A_ROW === 0 ? outcome : 'gave_up'))).toBeUndefined();
    }
  });
});

describe('the stop of a run', () => {
  it('keeps the first reason, whatever follows', () => {
    const interrupt = new AbortController();
    const stop = new Stop(interrupt.signal);
    expect([stop.signal.aborted, stop.reason]).toEqual([false, undefined]);
    stop.because({ reason: 'stop_rule', code: 'CF_UNAUTHORIZED' });
    interrupt.abort();
    expect([stop.signal.aborted, stop.reason]).toEqual([true, { reason: 'stop_rule', code: 'CF_UNAUTHORIZED' }]);
  });

  it('is there from the start where the interrupt came before', () => {
    const stop = new Stop(AbortSignal.abort());
    expect([stop.signal.aborted, stop.reason]).toEqual([true, { reason: 'interrupted' }]);
  });
});
