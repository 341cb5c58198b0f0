import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outstanding } from '../../../src/batch/run/outstanding.ts';
import { isDone } from './is-done.ts';

const LANE = 'default';
const GO_ON = new AbortController().signal;

const holding = (...rows: number[]): Outstanding => {
  const outstanding = new Outstanding();
  for (const row of rows) outstanding.add(row, LANE);
  return outstanding;
};

describe('rows that are with the lane', () => {
  it('let a waiter go as soon as there is room, and not before', async () => {
    const outstanding = holding(1, 2, 3);
    const room = outstanding.below(2, LANE, GO_ON);
    outstanding.remove(1);
    expect(await isDone(room)).toBe(false);
    outstanding.remove(1);
    outstanding.remove(99);
    expect(await isDone(room)).toBe(false);
    outstanding.remove(2);
    expect(await isDone(room)).toBe(true);
  });

  it('let go each waiter that there is room for, and only those', async () => {
    const outstanding = holding(1, 2, 3);
    const [empty, room] = [outstanding.below(1, LANE, GO_ON), outstanding.below(3, LANE, GO_ON)];
    outstanding.remove(2);
    expect([await isDone(empty), await isDone(room)]).toEqual([false, true]);
  });

  it('wait for room in their own lane alone', async () => {
    const outstanding = holding(1, 2);
    outstanding.add(3, 'other');
    const [other, empty] = [outstanding.below(1, 'other', GO_ON), outstanding.empty(GO_ON)];
    outstanding.remove(3);
    expect([await isDone(other), await isDone(empty)]).toEqual([true, false]);
    for (const row of [1, 2]) outstanding.remove(row);
    expect(await isDone(empty)).toBe(true);
  });

  it('let every waiter go that is told to stop, those that come later too, and no other', async () => {
    const outstanding = holding(1);
    const stop = new AbortController();
    const waiting = [outstanding.below(1, LANE, stop.signal), outstanding.empty(stop.signal)];
    const other = outstanding.empty(GO_ON);
    stop.abort();
    for (const each of [...waiting, outstanding.below(1, LANE, stop.signal)]) expect(await isDone(each)).toBe(true);
    expect(await isDone(other)).toBe(false);
  });

  it('count a row once, however often it is fed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(20))), (steps) => {
        const [outstanding, model] = [new Outstanding(), new Set<number>()];
        for (const [add, row] of steps) {
          if (add) outstanding.add(row, LANE);
          else outstanding.remove(row);
          if (add) model.add(row);
          else model.delete(row);
        }
        expect([outstanding.size, outstanding.sizeOf(LANE)]).toEqual([model.size, model.size]);
      }),
    );
  });
});
