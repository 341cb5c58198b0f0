import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsPerSecond, type LaneLimit, laneConcurrency, laneLimit, type Quota } from '../../src/lane/budget.ts';

/**
 * Most calls that the queue's fixed windows can let into any span of `ms`: the spans' windows may each be spent at once,
 * and one more whose calls came late reaches into it.
 */
const mostCallsIn = (ms: number, { max, durationMs }: LaneLimit): number => max * (Math.ceil(ms / durationMs) + 1);

/** From one call an hour up to 500 a second, a hundred times what an account gets without asking. */
const quotas: fc.Arbitrary<Quota> = fc
  .tuple(fc.integer({ min: 2, max: 150_000 }), fc.integer({ min: 1, max: 3_600 }))
  .map(([calls, windowSeconds]) => ({ calls, windowSeconds }))
  .filter(({ calls, windowSeconds }) => calls / windowSeconds <= 500);
const shares = fc.oneof(fc.constant(1), fc.double({ min: 0.001, max: 1, noNaN: true }));

describe("a lane's limit", () => {
  it('never lets more calls into any span of the quota than the quota has, also with all of it as share', () => {
    fc.assert(
      fc.property(quotas, shares, (quota, share) => {
        expect(mostCallsIn(quota.windowSeconds * 1_000, laneLimit(quota, share))).toBeLessThanOrEqual(quota.calls);
      }),
      { numRuns: 2_000 },
    );
  });

  it('uses at least 95 % of the share of a quota of 100 calls and more in 3 s and more, and 85 % of one in less', () => {
    // What the one window more costs that a span may touch is a large part of a second; of 3 s on it is none.
    const large = quotas.filter(({ calls }) => calls >= 100);
    fc.assert(
      fc.property(large, shares, (quota, share) => {
        const allowed = callsPerSecond(laneLimit(quota, share)) * quota.windowSeconds;
        expect(allowed).toBeGreaterThanOrEqual(quota.calls * share * (quota.windowSeconds >= 3 ? 0.95 : 0.85));
        // But for how numbers are rounded.
        expect(allowed).toBeLessThanOrEqual(quota.calls * share * (1 + 1e-12));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is something the queue can hold: whole, positive numbers', () => {
    fc.assert(
      fc.property(quotas, shares, (quota, share) => {
        const { max, durationMs } = laneLimit(quota, share);
        expect(Number.isSafeInteger(max) && max >= 1).toBe(true);
        expect(Number.isSafeInteger(durationMs) && durationMs >= 1).toBe(true);
      }),
    );
  });

  it('of the documented quota at the usual share is one call every 313 ms', () => {
    expect(laneLimit({ calls: 1_200, windowSeconds: 300 }, 0.8)).toEqual({ max: 1, durationMs: 313 });
  });

  it('is served by enough calls side by side, but not by hundreds', () => {
    fc.assert(
      fc.property(quotas, shares, (quota, share) => {
        const limit = laneLimit(quota, share);
        const sideBySide = laneConcurrency(limit);
        // Half a second a call is what the API usually takes.
        expect(sideBySide).toBeGreaterThanOrEqual(Math.min(50, callsPerSecond(limit) * 0.5));
        expect(sideBySide).toBeLessThanOrEqual(50);
      }),
    );
  });
});
