import { Queue } from 'bullmq';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { BatchLaneQueue } from '../../../src/batch/dispatch/batch-lane-queue.ts';
import { laneJobId, laneQueueName } from '../../../src/lane/lane-job.ts';
import { toQueue } from '../../../src/lane/queue-value.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { type BatchId, MINUTE } from '../../../src/terms.ts';
import { rowJob } from '../../lane/jobs.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

/** A lane of this name with one job, whose answer has not come for a minute. */
async function quietLane(name: string, { due, exclusive = true }: { due?: number; exclusive?: boolean }) {
  let now = Date.now();
  const lane = new BatchLaneQueue({
    backend: { ...backend, exclusive },
    lane: { name, limit: { max: 1, durationMs: 10 } },
    log: pino({ level: 'silent' }),
    now: () => now,
    drained: async () => {},
    giveUp: async () => {},
    provide: async () => {},
  });
  const queue = new Queue(laneQueueName(name), backend.options, backend.factory);
  onTestFinished(async () => {
    await lane.close();
    await queue.close();
  });
  const job = rowJob({ ...(due === undefined ? {} : { due }) });
  const delay = due === undefined ? {} : { delay: due - now };
  await queue.add('row', toQueue(job), { jobId: laneJobId(job), ...delay });
  lane.watch.asked(job);
  now += MINUTE;
  return lane;
}

it('a lane that others can reach, whose jobs wait, and that nobody is on, is seen to be unattended', async () => {
  const lane = await quietLane('unattended', { exclusive: false });
  expect(await lane.look()).toEqual({ workers: 0, isUnattended: true, retry: undefined });
});

it('a lane whose only jobs wait to be tried again says when that is', async () => {
  const due = Date.now() + 10 * MINUTE;
  const lane = await quietLane('tried-again', { due });
  expect(await lane.look()).toMatchObject({ workers: undefined, isUnattended: false, retry: { at: due, nth: 1 } });
});

it('calls of an urgent batch go before those that wait already, of a low one after all, and of equal ones in turn', async () => {
  const queue = new Queue(laneQueueName('turns'), backend.options, backend.factory);
  onTestFinished(() => queue.close());
  for (const [batch, priority] of [
    ['low', 'low'],
    ['a', 'normal'],
    ['urgent', 'urgent'],
    ['b', 'normal'],
  ] as const) {
    const lane = new BatchLaneQueue({
      ...{ backend, lane: { name: 'turns', limit: { max: 1, durationMs: 10 } }, log: pino({ level: 'silent' }) },
      ...{ now: Date.now, priority: () => priority, drained: async () => {}, giveUp: async () => {} },
      provide: async () => {},
    });
    await lane.add([1, 2].map((row) => rowJob({ batch: batch as BatchId, row, key: `row-${row}` })));
    await lane.close();
  }
  const order = (await queue.getJobs(['prioritized'], 0, -1, true)).map(({ id }) => id);
  expect(order).toEqual([
    ...['urgent.row-1', 'urgent.row-2', 'a.row-1', 'b.row-1', 'a.row-2', 'b.row-2', 'low.row-1', 'low.row-2'],
  ]);
});
