import { describe, expect, it } from 'vitest';
import { Stop } from '../../../src/batch/ledger/stop.ts';

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
