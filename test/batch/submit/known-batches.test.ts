import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findKnown, KnownBatches } from '../../../src/batch/submit/known-batches.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import { toQueue } from '../../../src/lane/queue-value.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { SharedLimits } from '../../../src/queue/shared-limits.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';
import type { BatchId } from '../../../src/terms.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

const BATCH = '20261127-080437-h852' as BatchId;
const own = { view: () => new LiveView([], Date.now).view(), hear: async () => {} };
const slow = { max: 1, durationMs: 1_000 };

it('a process that goes on with a batch is not held to what the one before it had set, which was killed', async () => {
  const log = pino({ level: 'silent' });
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
