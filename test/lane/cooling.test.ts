import { describe, expect, it } from 'vitest';
import { LONGEST_ASKED_MS } from '../../src/cloudflare/asked-wait.ts';
import { coolingLeft, coolLane, endAbsurdCooling } from '../../src/lane/cooling.ts';

/** The limiter of a queue, as BullMQ's backends keep it: how often was counted, and for how long still. */
function limiter(points = 0, leftMs = 0) {
  const state = { points, leftMs };
  return {
    state,
    getRateLimitTtl: async (most?: number) => (state.points >= (most ?? 1) ? state.leftMs : 0),
    rateLimit: async (ms: number) => void Object.assign(state, { points: Number.MAX_SAFE_INTEGER, leftMs: ms }),
    removeRateLimitKey: async () => {
      Object.assign(state, { points: 0, leftMs: 0 });
      return 1;
    },
  };
}

describe('a lane that cools', () => {
  it('is told from one that has only used up its window', async () => {
    expect(await coolingLeft(limiter(1_000, 300_000))).toBe(0);
    expect(await coolingLeft(limiter(Number.MAX_SAFE_INTEGER, 300_000))).toBe(300_000);
  });

  it('is not made to go on earlier by a shorter wait', async () => {
    const lane = limiter();
    expect(await coolLane(lane, 300_000)).toBe(300_000);
    expect(await coolLane(lane, 10_000)).toBe(300_000);
    expect(lane.state.leftMs).toBe(300_000);
  });

  it('is not stopped for longer than anybody may ask', async () => {
    const lane = limiter();
    expect(await coolLane(lane, 1e15)).toBe(LONGEST_ASKED_MS);
  });

  it('goes on where something has stopped it for years, and keeps a wait that may be', async () => {
    const absurd = limiter(Number.MAX_SAFE_INTEGER, 1e16);
    expect(await endAbsurdCooling(absurd)).toBe(1e16);
    expect(absurd.state.leftMs).toBe(0);
    const fair = limiter(Number.MAX_SAFE_INTEGER, 300_000);
    expect(await endAbsurdCooling(fair)).toBeUndefined();
    expect(fair.state.leftMs).toBe(300_000);
  });
});
