import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job, Queue, Worker } from 'bullmq';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LaneDispatcher } from '../../../src/batch/dispatch/lane-dispatcher.ts';
import { type LaneJob, laneQueueName } from '../../../src/lane/lane-job.ts';
import { resultsQueueName } from '../../../src/lane/lane-result.ts';
import { WORKER_OPTIONS } from '../../../src/lane/queue-options.ts';
import { fromQueue, toQueue } from '../../../src/lane/queue-value.ts';
import { openQueueBackend } from '../../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { rowJob } from '../../lane/jobs.ts';
import { until } from '../../support/workspace.ts';

/** A worker's lock ends soon after the worker, so that a test need not wait for it. */
const SHORT_LOCK = { ...WORKER_OPTIONS, lockDuration: 1_000, stalledInterval: 200 };
const { batch } = rowJob();
const job = (row: number) => rowJob({ key: `row-${row}`, row });

let backend: QueueBackend;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostroll-queue-'));
  backend = await openQueueBackend(`embedded:${folder}`, 'test');
});
afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

/** Each test has a lane of its own. */
let lane = '';
beforeEach((context) => {
  lane = context.task.id;
});

/** A coordinator that has fed rows 1 to 3 to the lane; `done` are the rows whose results it has taken. */
async function fed(): Promise<{ client: LaneDispatcher; done: number[] }> {
  const done: number[] = [];
  const client = new LaneDispatcher({
    backend,
    lanes: [{ name: lane, limit: { max: 1, durationMs: 10 } }],
    batch,
    log: pino({ enabled: false }),
    listener: {
      rowDone: async ({ row }) => void done.push(row),
      cooling: async () => {},
      refused: async () => {},
      unattended: () => {},
      called: () => {},
    },
  });
  onTestFinished(() => client.close());
  await client.setLimits();
  await client.feed(lane, [1, 2, 3].map(job));
  return { client, done };
}

/** A worker that takes one job, does `act` with it, and dies before it has finished it. */
async function dyingWorker(act: (job: LaneJob) => Promise<void>): Promise<void> {
  let acted = false;
  const take = async (queued: Job) => {
    await act(fromQueue(queued.data) as LaneJob);
    acted = true;
    await new Promise(() => {});
  };
  const worker = new Worker(laneQueueName(lane), take, { ...SHORT_LOCK, ...backend.options }, backend.factory);
  worker.on('error', () => {});
  await until(() => acted, 'a job to be in hand');
  await worker.close(true);
}

function queue(name: string): Queue {
  const opened = new Queue(name, backend.options, backend.factory);
  opened.on('error', () => {});
  onTestFinished(() => opened.close());
  return opened;
}

async function jobsIn(name: string): Promise<number> {
  const counts = await queue(name).getJobCounts();
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe('a coordinator that ends its batch', () => {
  it('leaves no job behind of a worker that died between its result and the end of its job', async () => {
    const { client, done } = await fed();
    const results = queue(resultsQueueName(batch));
    await dyingWorker(async (taken) => {
      if (taken.kind !== 'row') return;
      const { key, row } = taken;
      const result = { kind: 'row', key, row, calls: { list: 0, read: 0, edit: 1 }, outcome: 'edited' };
      await results.add('row', toQueue(result), { jobId: `${batch}.${key}.result` });
    });
    await until(() => done.length === 1, 'its result to be taken');
    await client.clear();
    expect(await jobsIn(laneQueueName(lane))).toBe(0);
    expect(await jobsIn(resultsQueueName(batch))).toBe(0);
    expect(done).toEqual([1]);
  });

  it('holds a row in doubt whose worker died, though its job waits again as if it had never been started', async () => {
    const { client } = await fed();
    await dyingWorker(async () => {});
    const looking = new Worker(laneQueueName(lane), null, { ...SHORT_LOCK, ...backend.options }, backend.factory);
    onTestFinished(() => looking.close(true));
    looking.on('error', () => {});
    await looking.startStalledCheckTimer();
    const jobs = queue(laneQueueName(lane));
    await until(async () => (await jobs.getJobCountByTypes('waiting')) === 3, 'the job to be put back in line');
    expect(await client.takeBack()).toEqual(new Set([1]));
    expect(await jobsIn(laneQueueName(lane))).toBe(0);
  });
});
