import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLooks, firstWait, nextWait } from '../../../src/batch/settle/settle-schedule.ts';

/** Instants of the looks at a zone that never settles, when one look takes `lookMs`. */
function looksAt(waitMs: number, lookMs: number): number[] {
  const looks: number[] = [];
  let now = 0;
  for (let wait = firstWait(waitMs); now < waitMs; wait = nextWait(wait, lookMs, waitMs - now)) {
    now += wait;
    looks.push(now);
    now += lookMs;
  }
  return looks;
}

const waits = fc.integer({ min: 1, max: 604_800_000 });
const looks = fc.integer({ min: 0, max: 600_000 });

describe('settling', () => {
  it('looks first after five seconds, or at the end of a shorter wait', () => {
    expect([firstWait(60_000), firstWait(2_000), firstWait(0)]).toEqual([5_000, 2_000, 0]);
  });

  it('looks again and again at wider distances, never later than the wait allows', () => {
    fc.assert(
      fc.property(waits, looks, (waitMs, lookMs) => {
        const instants = looksAt(waitMs, lookMs);
        expect(instants.length).toBeGreaterThan(0);
        const gaps = instants.map((at, index) => at - (instants[index - 1] ?? -lookMs) - lookMs);
        for (const at of instants) expect(at).toBeLessThanOrEqual(waitMs + 1e-3);
        // All but the last, which the end of the wait may have cut short.
        for (const [index, gap] of gaps.slice(1, -1).entries()) {
          expect(gap).toBeGreaterThanOrEqual(Math.max((gaps[index] ?? 0) * 1.5, lookMs * 3.9));
        }
      }),
    );
  });

  it('has its last look at the very end of the wait, unless a look was still going on then', () => {
    fc.assert(
      fc.property(waits, looks, (waitMs, lookMs) => {
        const last = looksAt(waitMs, lookMs).at(-1) ?? Number.NaN;
        expect(last + lookMs).toBeGreaterThanOrEqual(waitMs - 1e-3);
      }),
    );
  });

  it('is charged for as many looks as it takes', () => {
    fc.assert(
      fc.property(waits, looks, (waitMs, lookMs) => {
        expect(countLooks(waitMs, lookMs)).toBe(looksAt(waitMs, lookMs).length);
      }),
    );
    expect(countLooks(0, 1_000)).toBe(0);
  });

  it('takes few looks even over a week', () => {
    expect(countLooks(604_800_000, 0)).toBeLessThan(40);
  });
});
