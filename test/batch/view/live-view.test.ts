import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/batch/ledger/ledger-event.ts';
import { LedgerFold } from '../../../src/batch/ledger/ledger-fold.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import { BATCH_VIEW } from '../../../src/batch/view/batch-view.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import { SECOND } from '../../../src/terms.ts';
import { at, outcome, settled, started } from '../ledger/batch-folder.ts';

const START = Date.parse(at(0));
const EDIT = { list: 0, read: 0, edit: 1 };

/** A view of four rows on two lanes, at `seconds` after the start. */
function viewOf(events: LedgerEvent[], kind?: 'sweep') {
  const clock = { seconds: 0 };
  const lanes = ['emea', 'apac'].map((name) => ({ name, perSecond: 2 }));
  const live = new LiveView(lanes, () => START + clock.seconds * SECOND);
  const fold = new LedgerFold(new RowTable(4));
  live.follow(fold, { kind });
  for (const event of events) fold.add(event);
  return { live, fold, clock };
}

const settling: LedgerEvent = { at: at(3), type: 'stage', stage: 'settling', wave: 1, until: at(60) };
const cooling = (lane: string, seconds: number): LedgerEvent => ({
  ...{ at: at(1), type: 'cooling', until: at(seconds), reason: 'CF_RATE_LIMITED', lane },
});

describe('the view of a batch', () => {
  it('before there is a ledger to go by says itself how far it is', () => {
    const live = new LiveView([], () => START);
    live.enter('planning', 10);
    live.through(4);
    expect(live.view()).toMatchObject({ stage: 'planning', rows: { total: 10, done: 4 }, eta_ms: null });
  });

  it('is what the fold says, as it grows: outcomes, codes, and the time that the rows left will take', () => {
    const { live, fold } = viewOf([started(), outcome(1)]);
    expect(live.view()).toMatchObject({ stage: 'editing', rows: { total: 4, done: 1 }, eta_ms: 750, errors: [] });
    fold.add(outcome(2, { outcome: 'failed', code: 'CF_1434' }));
    expect(live.view()).toMatchObject({
      rows: { total: 4, done: 2 },
      outcomes: { edited: 1, failed: 1, unprocessed: 2 },
      errors: [{ code: 'CF_1434', count: 1, failed: 1 }],
    });
  });

  it('while it settles counts the hostnames that are read, and ends with the wait at the latest', () => {
    const events = [
      started(),
      outcome(1, { status: 'active', ssl_status: 'active' }),
      outcome(2),
      outcome(3, { outcome: 'skipped', status: 'pending' }),
      settling,
    ];
    const { live, clock } = viewOf(events);
    clock.seconds = 10;
    expect(live.view()).toMatchObject({ rows: { total: 3, done: 1 }, until: at(60), eta_ms: 50 * SECOND });
    expect(viewOf(events, 'sweep').live.view().rows).toEqual({ total: 2, done: 1 });
    const { live: later } = viewOf([...events, settled([{ row: 2, settlement: 'errored', status: 'blocked' }])]);
    expect(later.view()).toMatchObject({ rows: { total: 3, done: 2 }, settled: { active: 1, pending: 1, errored: 1 } });
  });

  it('has a cooling of its own for each lane, until its time is over', () => {
    const { live, clock } = viewOf([started(), cooling('emea', 30), cooling('apac', 20), cooling('emea', 40)]);
    const waits = () =>
      live.view().waits.map((wait) => [wait.what, 'lane' in wait && wait.lane, 'until' in wait && wait.until]);
    expect(waits()).toEqual([
      ['cooling', 'emea', at(40)],
      ['cooling', 'apac', at(20)],
    ]);
    clock.seconds = 30;
    expect(waits()).toEqual([['cooling', 'emea', at(40)]]);
  });

  it('says who is on a lane, and what its jobs wait for, as the last look has shown', () => {
    const { live, clock } = viewOf([started()]);
    live.saw('emea', {
      workers: 2,
      isUnattended: false,
      retry: { at: START + 20 * SECOND, nth: 3, most: 5, reason: 'connection refused' },
    });
    live.saw('apac', { workers: 0, isUnattended: true, retry: undefined });
    expect(live.view().lanes.map(({ workers }) => workers)).toEqual([2, 0]);
    expect(live.view().waits).toEqual([
      { what: 'retry', lane: 'emea', until: at(20), nth: 3, most: 5, reason: 'connection refused' },
      { what: 'worker', lane: 'apac' },
    ]);
    clock.seconds = 20;
    live.saw('apac', { workers: undefined, isUnattended: false, retry: undefined });
    expect(live.view()).toMatchObject({ lanes: [{ workers: 2 }, { workers: null }], waits: [] });
  });

  it('says when settling looks again', () => {
    const { live, fold } = viewOf([started()]);
    live.looksAgain(START + 5 * SECOND);
    expect(live.view().waits).toEqual([]);
    fold.add(settling);
    expect(live.view().waits).toEqual([{ what: 'look', until: at(5) }]);
  });

  it('has the rate of the last ten seconds, and keeps no call for it', () => {
    const { live, clock } = viewOf([started()]);
    for (clock.seconds = 0; clock.seconds < 100; clock.seconds++)
      for (let call = 0; call < 3; call++) live.called(EDIT);
    clock.seconds = 99.5;
    expect(live.view().calls).toEqual({ made: 300, per_second: 3 });
    clock.seconds = 104;
    expect(live.view().calls.per_second).toBe(1.5);
    clock.seconds = 10_000;
    expect(live.view().calls).toEqual({ made: 300, per_second: 0 });
  });

  it('a young batch has its rate over the time there was', () => {
    const { live, clock } = viewOf([started()]);
    for (let call = 0; call < 8; call++) live.called(EDIT);
    clock.seconds = 4;
    expect(live.view().calls.per_second).toBe(2);
  });

  it('goes through a queue as it is', () => {
    const { live } = viewOf([started(), cooling('emea', 30), settling]);
    const view = live.view();
    expect(BATCH_VIEW.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });
});
