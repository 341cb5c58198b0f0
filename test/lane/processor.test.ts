import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import type { Planned } from '../../src/hostname/lay-over.ts';
import { LANE_JOB, type RowJob } from '../../src/lane/lane-job.ts';
import type { LaneResult, RowResult } from '../../src/lane/lane-result.ts';
import { MOST_DEATHS } from '../../src/lane/next-step.ts';
import { laneProcessor } from '../../src/lane/processor.ts';
import { fromQueue, type QueueValue, toQueue } from '../../src/lane/queue-value.ts';
import { answering, bad, rawServer } from '../cloudflare/raw-server.ts';
import { rowJob } from './jobs.ts';

interface Activated {
  calls: number;
  delivered: LaneResult[];
  /** What the queue holds of the job afterwards, and from when on it may be taken again, where it went back. */
  kept?: QueueValue;
  delayedUntil?: number;
}

const LOCK_MS = 30_000;
const planned = { change: { recheck: true }, before: {}, untyped: false } as unknown as Planned;

/**
 * Runs one activation of a job whose lock the queue extends as told, at the instant 0. It was taken up `age` milliseconds before, which is
 * too long ago to be sure of the lock.
 */
async function activated(
  locks: number[],
  deaths = 0,
  data = toQueue(rowJob()),
  { age = LOCK_MS, alone = false, status = 400 } = {},
): Promise<Activated> {
  const { client, seen } = await rawServer(answering(status, bad({ code: 1434, message: 'no' })));
  const delivered: LaneResult[] = [];
  const activate = laneProcessor({
    client,
    lane: { name: 'default', queue: { rateLimit: async () => {}, getRateLimitTtl: async () => 0 } },
    openBundle: async () => {
      throw new TypeError('No row here brings a bundle.');
    },
    log: { error: () => {}, warn: () => {}, debug: () => {} },
    deliver: async (_batch, result) => void delivered.push(result),
    alone,
    lockMs: LOCK_MS,
    random: () => 0.5,
    now: () => 0,
  });
  const back: Pick<Activated, 'kept' | 'delayedUntil'> = {};
  const queued = {
    data,
    processedOn: -age,
    attemptsStarted: deaths + 1,
    stalledCounter: deaths,
    extendLock: async () => locks.shift() ?? 0,
    updateData: async (kept: QueueValue) => void Object.assign(back, { kept }),
    moveToDelayed: async (delayedUntil: number) => void Object.assign(back, { delayedUntil }),
  };
  await activate(queued as unknown as Job, 'token').catch((error: unknown) => {
    if (!(error instanceof DelayedError || error instanceof RateLimitError || /lock .* is lost/.test(String(error))))
      throw error;
  });
  return { calls: seen.length, delivered, ...back };
}

describe('a job that was taken over by another worker', () => {
  it('makes no call, when that is seen before it', async () => {
    expect(await activated([0])).toEqual({ calls: 0, delivered: [] });
  });

  it('delivers nothing, when that is seen after it', async () => {
    expect(await activated([1, 0])).toEqual({ calls: 1, delivered: [] });
  });

  it('keeps what the other one has written into it', async () => {
    const isOld = toQueue(rowJob({ planned, fresh_until: 0 }));
    const justNow = { age: 0, status: 429 };
    expect((await activated([1], 0, isOld, justNow)).kept).toBeDefined();
    expect((await activated([0], 0, isOld, justNow)).kept).toBeUndefined();
  });

  it('is in doubt, whatever call the one before it has written down since', async () => {
    const left = toQueue(rowJob({ step: 'read', activations: 1 }));
    const { kept } = await activated([1, 1], 2, left, { status: 429 });
    expect(kept && fromQueue(kept, LANE_JOB)).toMatchObject({ step: 'read', in_doubt: true });
  });

  it('is like any other while it is still ours', async () => {
    const { calls, delivered } = await activated([1, 1]);
    expect([calls, delivered.length]).toEqual([1, 1]);
  });
});

describe('a job that was taken up a moment ago', () => {
  const justNow = { age: LOCK_MS / 4 };

  it('makes its call without asking whether it is still ours, and delivers only after asking', async () => {
    expect(await activated([0], 0, undefined, justNow)).toEqual({ calls: 1, delivered: [] });
    expect((await activated([1], 0, undefined, justNow)).delivered).toHaveLength(1);
  });

  it('can be nobody else’s in a queue of this process alone, where one that is older is asked for', async () => {
    expect((await activated([], 0, undefined, { ...justNow, alone: true })).delivered).toHaveLength(1);
    expect(await activated([0], 0, undefined, { alone: true })).toEqual({ calls: 0, delivered: [] });
    expect(await activated([1, 0], 0, undefined, { alone: true })).toEqual({ calls: 1, delivered: [] });
  });
});

describe('a job whose workers died', () => {
  it('is given to another one', async () => {
    const { calls, delivered } = await activated([1, 1], 1);
    expect([calls, delivered.length]).toEqual([1, 1]);
  });

  it('waits after each further death, as what died with it goes on without it, and then is given to another one', async () => {
    const apart = await activated([1, 1], MOST_DEATHS - 1);
    expect(apart).toMatchObject({ calls: 0, delivered: [], delayedUntil: 5_000 });
    expect(fromQueue(apart.kept, LANE_JOB)).toMatchObject({
      step: 'read',
      deaths: MOST_DEATHS - 1,
      activations: MOST_DEATHS,
    });
    const { calls, delivered } = await activated([1, 1], MOST_DEATHS - 1, apart.kept);
    expect([calls, delivered.length]).toEqual([1, 1]);
  });

  it('as often as is allowed ends without a further call', async () => {
    const { calls, delivered } = await activated([1], MOST_DEATHS);
    expect(calls).toBe(0);
    expect(delivered).toMatchObject([{ kind: 'row', row: 7, outcome: 'gave_up', code: 'WORKERS_DIED' }]);
  });
});

describe('an edit whose reading is old', () => {
  const asked = async (fresh_until: number) => {
    const { kept, delivered } = await activated([1, 1], 0, toQueue(rowJob({ planned, fresh_until })));
    return kept === undefined ? (delivered[0] as RowResult).calls : (fromQueue(kept, LANE_JOB) as RowJob).calls;
  };

  it('begins with a read, and one that is fresh does not', async () => {
    expect(await asked(0)).toMatchObject({ read: 1, edit: 0 });
    expect(await asked(1)).toMatchObject({ read: 0, edit: 1 });
  });
});

it('a job that cannot be read is set aside at once, without a call, and not tried again', async () => {
  for (const data of [{}, null, { json: 'no' }, toQueue(null), toQueue({ v: 1, kind: 'row' })]) {
    await expect(activated([1, 1], 0, data as QueueValue)).rejects.toThrow(UnrecoverableError);
  }
});

it('a row tells of each of its calls, those of earlier activations, too', async () => {
  const before = { call: 'read', at: '2026-11-27T04:00:00.000Z', cf_ray: '8f3-FRA' } as const;
  const { delivered } = await activated([1, 1], 0, toQueue({ ...rowJob(), made: [before] }));
  expect(delivered).toMatchObject([
    { kind: 'row', made: [before, { call: 'edit', at: '1970-01-01T00:00:00.000Z', code: 'CF_1434' }] },
  ]);
});
