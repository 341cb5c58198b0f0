import { describe, expect, it } from 'vitest';
import { type ControlChange, controlled, UNCONTROLLED } from '../../../src/batch/control/control-state.ts';
import type { Ledger } from '../../../src/batch/ledger/ledger.ts';
import { type Holdable, Holds } from '../../../src/batch/run/holds.ts';
import { isDone } from './is-done.ts';

const ZONE = 'z1' as NonNullable<Holdable['zone_id']>;
const row = (lane: string, ssl: object = {}, before: object = {}): Holdable =>
  ({ lane, zone_id: ZONE, body: { ssl }, before: { ssl: before } }) as Holdable;

/** Holds over a ledger in memory, and a clock that `pass` moves on. */
function holding(wave = 1) {
  const fold = { control: UNCONTROLLED, standing: { stage: 'editing', wave } };
  const clock = { now: 0, due: [] as { at: number; ring(): void }[] };
  const ledger = {
    fold,
    record: async (change: ControlChange) => {
      fold.control = controlled(fold.control, { ...change, at: new Date(clock.now).toISOString() });
    },
  } as unknown as Pick<Ledger, 'fold' | 'record'>;
  const sleep = (ms: number) => new Promise<void>((ring) => clock.due.push({ at: clock.now + ms, ring }));
  const pass = (ms: number) => {
    clock.now += ms;
    for (const { at, ring } of clock.due) if (at <= clock.now) ring();
  };
  return { holds: new Holds({ ledger, now: () => clock.now, sleep }), pass };
}

describe('what is held', () => {
  it.each([
    ['a lane', { lane: 'a' }, [true, false, false]],
    ['rows alike, by what they ask for or else had', { slice: { method: 'txt' } }, [true, true, false]],
    ['rows alike in everything that is named', { slice: { method: 'txt', zone_id: 'z2' } }, [false, false, false]],
    ['rows that lack what is named', { slice: { certificate_authority: '(none)', lane: 'a' } }, [true, false, false]],
    ['rows that change something', { slice: { changes: 'ssl.meth' } }, [true, false, true]],
    ['the batch', 'batch', [true, true, true]],
    ['this wave', { wave: 1 }, [true, true, true]],
    ['a later wave', { wave: 2 }, [false, false, false]],
  ] as const)('%s', async (_, of, expected) => {
    const { holds } = holding();
    await holds.place({ by: 'rule', of, reason: 'a test' });
    const rows = [
      row('a', { method: 'txt' }),
      row('b', {}, { method: 'txt' }),
      row('b', { method: 'http' }, { method: 'txt' }),
    ];
    expect(rows.map((each) => holds.on(each) !== undefined)).toEqual(expected);
  });

  it('hands over only what is free', async () => {
    const { holds } = holding();
    await holds.place({ by: 'lane', of: { lane: 'a' }, reason: 'a test' });
    const handed: unknown[] = [];
    const free = await holds.handOver([row('a'), row('b')], async (rows) => void handed.push(...rows));
    expect([free, handed]).toEqual([[row('b')], [row('b')]]);
  });

  it('ends the work of its stage where all of it is held, and lets it begin anew when it is free', async () => {
    const { holds } = holding();
    const free = holds.whileFree();
    await holds.place({ by: 'lane', of: { lane: 'a' }, reason: 'a test' });
    expect(free.aborted).toBe(false);
    await holds.place({ by: 'gate', of: 'batch', reason: 'a test' });
    expect([free.aborted, holds.whileFree().aborted]).toEqual([true, true]);
    await holds.lift('gate', 'batch');
    expect(holds.whileFree().aborted).toBe(false);
    holds.release();
    expect(holds.whileFree().aborted).toBe(true);
  });

  it('wakes who waits when the time of a hold runs out, and not before', async () => {
    const { holds, pass } = holding();
    await holds.place({ by: 'operator', of: 'batch', reason: 'a test', until: new Date(1_000).toISOString() });
    const waiting = holds.until(() => holds.ofBatch === undefined);
    pass(999);
    expect(await isDone(waiting)).toBe(false);
    pass(1);
    expect(await isDone(waiting)).toBe(true);
  });
});
