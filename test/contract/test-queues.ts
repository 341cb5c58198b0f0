import { randomBytes } from 'node:crypto';
import { type Job, Queue, Worker, type WorkerOptions } from 'bullmq';
import { onTestFinished } from 'vitest';
import { JOB_OPTIONS, workerOptions } from '../../src/lane/queue-options.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';
import type { QueuePlace } from './contract-backend.ts';

type Take = (job: Job, token?: string) => Promise<void>;

/** Open connections to a place for queues; what a test makes here is gone after it. */
export interface TestQueues {
  url: string;
  /** The connections of a worker; workers of other processes have their own where the queue allows more than one. */
  backend(worker: number): QueueBackend;
  /** A queue of its own; `keep` leaves its jobs for whoever opens it next. */
  queue(name?: string, options?: { keep?: boolean }): Queue;
  work(queue: Queue, take: Take, options?: { options?: Omit<WorkerOptions, 'connection'>; on?: QueueBackend }): Worker;
  /** Lets go of the place, so that another process can have it, and takes it again. */
  release(): Promise<void>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const CONNECTIONS = 3;

export async function testQueues({ url, remove }: QueuePlace): Promise<TestQueues> {
  let backends: QueueBackend[] = [];
  const reopen = async () => {
    const first = await openQueueBackend(url, 'test');
    backends = [first];
    while (!first.exclusive && backends.length < CONNECTIONS) backends.push(await openQueueBackend(url, 'test'));
  };
  const release = async () => {
    await Promise.all(backends.map((backend) => backend.close()));
  };
  const backend = (worker: number): QueueBackend => {
    const found = backends[worker % backends.length];
    if (found === undefined) throw new Error('No backend is open.');
    return found;
  };
  await reopen();
  return {
    url,
    backend,
    release,
    reopen,
    queue: (name = `contract-${randomBytes(6).toString('hex')}`, { keep = false } = {}) => {
      const { options, factory } = backend(0);
      const queue = new Queue(name, { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
      queue.on('error', () => {});
      onTestFinished(async () => {
        if (!keep) await queue.obliterate({ force: true });
        await queue.close();
      });
      return queue;
    },
    work: (queue, take, { options = {}, on = backend(0) } = {}) => {
      const worker = new Worker(queue.name, take, { ...workerOptions(on), ...options }, on.factory);
      worker.on('error', () => {});
      onTestFinished(() => worker.close(true));
      return worker;
    },
    close: async () => {
      await release();
      await remove();
    },
  };
}

/** Adds jobs under these ids, all at once. */
export const add = (queue: Queue, ids: readonly string[]) =>
  queue.addBulk(ids.map((jobId) => ({ name: 'row', data: { jobId }, opts: { ...JOB_OPTIONS, jobId } })));

/** Jobs in a queue, in whatever state. */
export async function leftIn(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts();
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
