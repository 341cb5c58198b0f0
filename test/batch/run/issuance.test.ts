import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Issuance } from '../../../src/batch/run/issuance.ts';
import type { KeptPlaces } from '../../../src/batch/run/kept-places.ts';
import { SharedLimits } from '../../../src/queue/shared-limits.ts';

const STOP = new AbortController().signal;
const turns = async () => {
  for (let n = 0; n < 6; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** What batches of one queue know of each other, without a queue. */
function placesOf(all: Map<string, readonly number[]>, batch = 'b'): KeptPlaces {
  return {
    others: async (_, now) => [...all].flatMap(([of, at]) => (of === batch ? [] : at.filter((one) => one > now))),
    keep: async (_, at) => void all.set(batch, at),
    close: async () => {},
  };
}

/** One on the lane `a`, by a clock that goes on when somebody sleeps, or `pass` says so. */
function issuance({ orders = 3, seconds = 60, hasFed = false, limits = new SharedLimits() } = {}) {
  const all = new Map<string, readonly number[]>();
  let now = 1_000_000;
  const sleepers: { until: number; wake(): void }[] = [];
  const waits: string[] = [];
  const open = (batch: string) =>
    new Issuance({
      limit: { orders, window_seconds: seconds },
      ...{ limits, places: placesOf(all, batch), lanes: ['a'], hasFed },
      now: () => now,
      sleep: (ms) => new Promise((wake) => sleepers.push({ until: now + ms, wake: () => wake() })),
      onWait: (lane) => waits.push(lane),
    });
  const made = open('b');
  const pass = async (ms: number) => {
    now += ms;
    for (const { until, wake } of sleepers) if (until <= now) wake();
    await turns();
  };
  return { made, open, pass, waits, limits, now: () => now };
}

describe('rows that order certificates', () => {
  it('are so many in any window of time, however long their calls take and whenever they end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 12 }),
        async (orders, lasting) => {
          const { made, pass, now } = issuance({ orders });
          const begun: number[] = [];
          const out: { row: number; end: number }[] = [];
          const feeding = (async () => {
            for (const [row, lasts] of lasting.entries()) {
              await made.room('a', STOP);
              await made.begun(row, 'a');
              begun.push(now());
              out.push({ row, end: now() + lasts });
            }
          })();
          await turns();
          while (begun.length < lasting.length || out.length > 0) {
            await pass(13_000);
            for (const one of out.splice(0)) {
              if (one.end <= now()) made.ended(one.row);
              else out.push(one);
            }
            await turns();
          }
          await feeding;
          for (const [at, start] of begun.entries())
            expect((begun[at + orders] ?? Number.POSITIVE_INFINITY) - start).toBeGreaterThanOrEqual(60_000);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('wait after a restart as if as many had just been begun, and say that they do', async () => {
    const { made, pass, waits } = issuance({ hasFed: true });
    let begins = false;
    const room = made.room('a', STOP).then(() => {
      begins = true;
    });
    await pass(59_000);
    expect([begins, waits]).toEqual([false, ['a']]);
    await pass(1_000);
    await room;
  });

  it('of a batch wait for the places of one that has ended before it, or is gone without a word', async () => {
    const { made, open, pass, waits } = issuance({ orders: 3 });
    for (const row of [1, 2, 3]) {
      await made.room('a', STOP);
      await made.begun(row, 'a');
    }
    await pass(5_000);
    for (const row of [1, 2]) made.ended(row);
    await made.close();
    const next = open('c');
    const begun: number[] = [];
    const feeding = (async () => {
      for (const row of [1, 2, 3]) {
        await next.room('a', STOP);
        await next.begun(row, 'a');
        begun.push(row);
      }
    })();
    await pass(59_000);
    expect([begun, waits]).toEqual([[], ['a']]);
    await pass(1_000);
    expect(begun).toEqual([1, 2]);
    // Of the third nobody has said that it ended.
    await pass(60_000);
    await feeding;
  });

  it('share the limit with those of other batches on the lane', async () => {
    const { made, limits } = issuance({ orders: 4 });
    limits.heard([{ 'issuance-a': { max: 4, durationMs: 60_000, users: 1 } }]);
    for (const row of [1, 2]) {
      await made.room('a', STOP);
      await made.begun(row, 'a');
    }
    const stop = new AbortController();
    const third = made.room('a', stop.signal);
    expect(await Promise.race([third.then(() => 'begun'), turns().then(() => 'waits')])).toBe('waits');
    stop.abort();
    await third;
  });

  it('are told from others by what they do', () => {
    const { made } = issuance();
    expect(made.streamOf({ effects: ['restarts_dcv'] }, 'a')).toBe('a');
    expect(made.streamOf({ effects: ['restarts_dcv', 'reissues'] }, 'a')).not.toBe('a');
    expect(made.streamOf({ effects: ['loses_upload'] }, 'a')).not.toBe('a');
  });
});
