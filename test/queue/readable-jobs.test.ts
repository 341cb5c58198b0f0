import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { workerOptions } from '../../src/lane/queue-options.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { readableJob, readableJobs } from '../../src/queue/readable-jobs.ts';
import { ReadableWorker } from '../../src/queue/readable-worker.ts';
import { quietQueue } from '../../src/queue/with-queue.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';
import { until } from '../support/workspace.ts';

it.each(serversFor('readable jobs', [REDIS], { mayShare: false }))(
  'a job that is no JSON keeps no other from being seen or taken, and is told by its id',
  async ({ startPrivate }) => {
    const server = await startPrivate?.();
    const backend = await openQueueBackend(server?.url ?? '', 'test');
    const redis = new Redis(server?.url ?? '');
    const queue = quietQueue(backend, 'spoiled');
    onTestFinished(async () => {
      await queue.close();
      redis.disconnect();
      await backend.close();
      await server?.remove();
    });
    for (const jobId of ['first', 'spoiled', 'unset', 'last']) await queue.add('row', { jobId }, { jobId });
    await redis.hset('{hostroll}:spoiled:spoiled', 'data', 'no JSON');
    await redis.hset('{hostroll}:spoiled:unset', 'opts', '{');
    const told: string[] = [];
    const jobs = await readableJobs(queue, ['waiting'], (id) => told.push(id));
    expect(jobs.map(({ id }) => id).sort()).toEqual(['first', 'last']);
    expect(told.sort()).toEqual(['spoiled', 'unset']);
    expect(await readableJob(queue, 'spoiled')).toBeUndefined();
    expect((await readableJob(queue, 'first'))?.id).toBe('first');
    await queue.remove('unset');
    const taken: unknown[] = [];
    const take = async (job: Job) => void taken.push(job.data);
    const worker = new ReadableWorker('spoiled', take, workerOptions(backend), backend.factory);
    onTestFinished(() => worker.close(true));
    await until(() => taken.length === 3, 'all three to be taken');
    expect(taken).toEqual([{ jobId: 'first' }, {}, { jobId: 'last' }]);
  },
);
