import { describe, expect, it } from 'vitest';
import { Stop } from '../../../src/batch/ledger/stop.ts';
import { GAVE_UP_IN_A_ROW, StopRules } from '../../../src/batch/run/stop-rules.ts';
import type { Code } from '../../../src/codes/code.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';

const result = (outcome: RowResult['outcome'], code: Code = 'CF_TIMEOUT'): RowResult => ({
  ...{ kind: 'row', key: 'row-1', row: 1, calls: { list: 0, read: 0, edit: 1 }, outcome },
  ...{ code, message: 'No whole answer came within 30 s.' },
});

describe('a batch whose rows are given up', () => {
  it('is stopped at the twentieth in a row, and says what it came to', () => {
    const rules = new StopRules();
    for (let n = 1; n < GAVE_UP_IN_A_ROW; n++) expect(rules.judge(result('gave_up'), 'a')).toBeUndefined();
    expect(rules.judge(result('gave_up'), 'a')).toEqual({
      reason: 'stop_rule',
      code: 'API_UNREACHABLE',
      message:
        '20 rows in a row were given up or refused by the edge, the last with CF_TIMEOUT: No whole answer came within 30 s.',
    });
  });

  it.each(['edited', 'failed'] as const)('goes on where the API answers in between: %s', (outcome) => {
    const rules = new StopRules();
    for (let n = 1; n < 10 * GAVE_UP_IN_A_ROW; n++) {
      const given = result(n % GAVE_UP_IN_A_ROW === 0 ? outcome : 'gave_up', 'CF_1436');
      expect(rules.judge(given, 'a')).toBeUndefined();
    }
  });

  it('is stopped for a dead lane though another one is well', () => {
    const rules = new StopRules();
    for (let n = 1; n < GAVE_UP_IN_A_ROW; n++) {
      expect([rules.judge(result('gave_up'), 'dead'), rules.judge(result('edited'), 'well')]).toEqual([
        undefined,
        undefined,
      ]);
    }
    expect(rules.judge(result('gave_up'), 'dead')).toMatchObject({ code: 'API_UNREACHABLE' });
  });

  it('is not stopped by rows of several lanes together, of which none is dead', () => {
    const rules = new StopRules();
    for (let n = 1; n < GAVE_UP_IN_A_ROW; n++) {
      for (const lane of ['a', 'b', 'c']) expect(rules.judge(result('gave_up'), lane)).toBeUndefined();
    }
  });

  it.each(['JOB_LOST', 'WORKERS_DIED'] as const)(
    'does not blame the API for what the queue or workers lost: %s',
    (code) => {
      const rules = new StopRules();
      for (let n = 1; n < GAVE_UP_IN_A_ROW; n++) {
        expect(rules.judge(result('gave_up', code), 'a')).toBeUndefined();
        expect(rules.judge(result('gave_up'), 'a')).toBeUndefined();
      }
      expect(rules.judge(result('gave_up', code), 'a')).toMatchObject({ reason: 'stop_rule', code });
    },
  );
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
