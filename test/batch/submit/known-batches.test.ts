import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LEASE_MS } from '../../../src/batch/dispatch/lease.ts';
import { findKnown, KnownBatches } from '../../../src/batch/submit/known-batches.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import { sayBatches } from '../../../src/coordinator/say-batches.ts';
import { toQueue } from '../../../src/lane/queue-value.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { SharedLimits } from '../../../src/queue/shared-limits.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';
import { type BatchId, MINUTE } from '../../../src/terms.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

const BATCH = '20261127-080437-h852' as BatchId;
const own = { view: () => new LiveView([], Date.now).view(), hear: async () => {} };
const log = pino({ level: 'silent' });
const slow = { max: 1, durationMs: 1_000 };

it('a process that died is known for as long as it may only be cut off, and no longer', async () => {
  const told = (at: number) => toQueue({ v: 1, host: 'a', pid: 1, batches: { [BATCH]: {} }, heard: 0, limits: {}, at });
  const say = (at: number) =>
    withQueue(backend, 'processes', async (queue) => {
      await queue.remove('dead');
      await queue.add('process', told(at), { jobId: 'dead' });
    });
  await say(Date.now() - LEASE_MS + MINUTE);
  expect(await findKnown(backend, BATCH)).toMatchObject({ host: 'a' });
  await say(Date.now() - LEASE_MS - 1);
  expect(await findKnown(backend, BATCH)).toBeUndefined();
  const other = await KnownBatches.open({ ...backend, limits: new SharedLimits() }, { host: 'b', pid: 2 }, log);
  expect(await withQueue(backend, 'processes', (queue) => queue.getJobCountByTypes('waiting'))).toBe(0);
  await other.close();
});

it('a process that goes on with a batch is not held to what the one before it had set, which was killed', async () => {
  const alive = { ...backend, limits: new SharedLimits() };
  const dead = { v: 1, host: 'a', pid: 1, batches: { [BATCH]: {} }, heard: 0, at: Date.now() };
  await withQueue(backend, 'processes', (queue) =>
    queue.add('process', toQueue({ ...dead, limits: { 'lane-a': { ...slow, users: 1 } } }), { jobId: 'dead' }),
  );
  expect(await findKnown(backend, '20261127')).toMatchObject({ batch: BATCH, host: 'a' });
  const after = await KnownBatches.open(alive, { host: 'b', pid: 2 }, log);
  expect(alive.limits.lowest('lane-a')).toMatchObject(slow);
  after.attend(BATCH, own);
  await expect.poll(() => alive.limits.lowest('lane-a'), { timeout: 10_000 }).toBeUndefined();
  await expect.poll(() => findKnown(backend, BATCH), { timeout: 10_000 }).toMatchObject({ host: 'b' });
  await after.close();
  expect(await findKnown(backend, BATCH)).toBeUndefined();
});

it('who works on a queue hears when a batch begins and when it has ended, with time, id and rows', async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const saying = sayBatches(backend, { interrupt: stop.signal, say: (text) => said.push(text) }, 5);
  const known = await KnownBatches.open({ ...backend, limits: new SharedLimits() }, { host: 'a', pid: 1 }, log);
  known.attend(BATCH, own);
  await expect.poll(() => said, { timeout: 10_000 }).toHaveLength(1);
  await known.close();
  await expect.poll(() => said, { timeout: 10_000 }).toHaveLength(2);
  stop.abort();
  await saying;
  expect(said).toEqual([
    expect.stringMatching(new RegExp(`^\\d\\d:\\d\\d:\\d\\d UTC Batch ${BATCH} of a begins, 0 rows\\.$`)),
    expect.stringMatching(new RegExp(`^\\d\\d:\\d\\d:\\d\\d UTC Batch ${BATCH} of a has ended\\.$`)),
  ]);
});
