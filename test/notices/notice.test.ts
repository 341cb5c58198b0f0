import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import { NoticeMaker, noticeText } from '../../src/notices/notice.ts';
import type { BatchId } from '../../src/terms.ts';
import { at, finished, outcome, settled, started } from '../batch/ledger/batch-folder.ts';

const BATCH = '20260304-120000-ab12' as BatchId;
const told = (event: LedgerEvent) => new NoticeMaker().of(BATCH, event);
const pending = (row: number, dies: string) => ({
  ...{ row, settlement: 'pending' as const, status: 'pending' },
  deadlines: { token_dies: { at: dies, estimate: false } },
});

describe('a notice', () => {
  it.each([
    [started(), 'batch.started', `hostroll: batch ${BATCH} started.`],
    [
      { at: at(1), type: 'hold', by: 'lane', of: { lane: 'default' }, reason: 'API away' } as never,
      'batch.held',
      'is held (API away).',
    ],
    [{ at: at(1), type: 'gate', wave: 1 } as never, 'batch.gate', 'is at a gate.'],
    [
      { at: at(1), type: 'stopped', reason: 'stop_rule', code: 'CF_UNAUTHORIZED', message: 'No.', in_doubt: [1, 2] },
      'batch.stopped',
      'stopped (stop_rule: CF_UNAUTHORIZED: No.).',
    ],
    [finished(3, 2), 'batch.finished', 'finished with exit code 2.'],
  ])('is made of %j', (event, type, text) => {
    const notice = told(event as LedgerEvent);
    expect(notice).toMatchObject({ type, timestamp: (event as LedgerEvent).at, data: { batch: BATCH } });
    expect(notice && noticeText(notice)).toContain(text);
  });

  it('is not made of what happens to single rows', () => {
    expect(told(outcome(1))).toBeUndefined();
    expect(told(settled([]))).toBeUndefined();
  });

  it('says once a batch that a deadline is less than a day away, with the nearest', () => {
    const maker = new NoticeMaker();
    expect(maker.of(BATCH, settled([pending(1, at(3 * 86_400))]))).toBeUndefined();
    const near = settled([pending(2, at(9_000)), pending(3, at(7_200)), pending(1, at(3 * 86_400))]);
    expect(maker.of(BATCH, near)?.data).toEqual({ batch: BATCH, row: 3, at: at(7_200), rows: 2 });
    expect(maker.of(BATCH, near)).toBeUndefined();
  });
});
