import { randomBytes } from 'node:crypto';
import { DelayedError, type Job, RateLimitError } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { fromQueue, toQueue } from '../../src/lane/queue-value.ts';
import { until } from '../support/workspace.ts';
import { contractBackends } from './contract-backend.ts';
import { holdingProcess } from './holding-process.ts';
import { add, leftIn, type TestQueues, testQueues } from './test-queues.ts';

/** A death is noticed sooner than in production, so that tests need not wait for it. */
const SHORT_LOCK = { lockDuration: 1_000, stalledInterval: 500 };

/** Clocks of server and process tick in whole milliseconds, not at once. */
const CLOCK_MS = 5;

const idsTo = (count: number): string[] => Array.from({ length: count }, (_, number) => `b1.row-${number + 1}`);

describe.each(contractBackends())('the queue on $name', ({ place }) => {
  let queues: TestQueues;
  beforeAll(async () => {
    queues = await testQueues(await place());
  });
  afterAll(() => queues.close());

  it('wakes an idle worker for a new job, though it looks by itself only every 30 seconds', async () => {
    const queue = queues.queue();
    const started: string[] = [];
    const worker = queues.work(queue, async ({ id = '' }) => void started.push(id));
    for (const id of idsTo(12)) {
      const deadline = Date.now() + 5_000;
      const idle = new Promise<void>((resolve) => worker.once('drained', () => resolve()));
      await add(queue, [id]);
      await until(() => started.includes(id) || Date.now() > deadline, `${id} to start`);
      expect(started).toContain(id);
      await idle;
    }
  });

  it('keeps the limit over all workers, however many there are', async () => {
    const queue = queues.queue();
    await queue.setGlobalRateLimit(1, 50);
    const starts: number[] = [];
    await add(queue, idsTo(40));
    for (const number of [0, 1, 2]) {
      queues.work(queue, async ({ processedOn = 0 }) => void starts.push(processedOn), {
        on: queues.backend(number),
        options: { concurrency: 5 },
      });
    }
    await until(() => starts.length === 40, 'all jobs to start');
    starts.sort((a, b) => a - b);
    // In any span of k windows, no more than k + 1 calls.
    for (const [index, start] of starts.entries()) {
      for (let later = index + 1; later < starts.length; later++) {
        expect((starts[later] ?? 0) - start).toBeGreaterThanOrEqual((later - index - 1) * 50 - CLOCK_MS);
      }
    }
  });

  it('lets a running worker go at a new limit', async () => {
    const queue = queues.queue();
    await queue.setGlobalRateLimit(1, 2_000);
    const started: string[] = [];
    queues.work(queue, async ({ id = '' }) => void started.push(id));
    await add(queue, idsTo(2));
    await until(() => started.length === 2, 'two jobs at the slow limit');
    await queue.setGlobalRateLimit(1, 20);
    await add(
      queue,
      idsTo(60).map((id) => `${id}-fast`),
    );
    await until(() => started.length === 62, 'sixty jobs within a minute, for which the slow limit would take two');
  });

  it('cools: after a 429 no other job starts until the time is over, and nobody loses an attempt', async () => {
    const queue = queues.queue();
    await queue.setGlobalRateLimit(1, 50);
    const starts = new Map<string, number[]>();
    const counts = new Map<string, { made: number; started: number }>();
    let cooledAt = 0;
    const take = async (job: Job) => {
      const { id = '', attemptsMade, attemptsStarted, processedOn = 0 } = job;
      starts.set(id, [...(starts.get(id) ?? []), processedOn]);
      counts.set(id, { made: attemptsMade, started: attemptsStarted });
      if (id !== 'hot' || cooledAt > 0) return;
      // The time runs from somewhere between the question and its answer.
      const asked = Date.now();
      await queue.rateLimit(1_500);
      cooledAt = asked;
      throw new RateLimitError();
    };
    for (const number of [0, 1, 2]) queues.work(queue, take, { on: queues.backend(number) });
    await add(queue, ['hot']);
    await until(() => cooledAt > 0, 'the lane to be cooled');
    await add(queue, idsTo(6));
    queues.work(queue, take);
    await until(() => starts.size === 7 && starts.get('hot')?.length === 2, 'all jobs to start after the cooling');
    const after = [...starts.values()].map((times) => times.at(-1) ?? 0);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(cooledAt + 1_500 - CLOCK_MS);
    expect(Math.min(...after)).toBe(starts.get('hot')?.at(-1));
    expect(counts.get('hot')).toEqual({ made: 0, started: 2 });
    await until(async () => (await leftIn(queue)) === 0, 'the queue to be empty');
  });

  it('a job that puts itself back keeps what it wrote, and its attempts', async () => {
    const queue = queues.queue();
    const seen: object[] = [];
    queues.work(queue, async (job, token) => {
      seen.push({ data: job.data, made: job.attemptsMade, started: job.attemptsStarted });
      if (job.data.step === 'edit') return;
      await job.updateData({ step: 'edit' });
      await job.moveToDelayed(Date.now() + 100, token);
      throw new DelayedError();
    });
    await queue.add('row', { step: 'read' }, { jobId: 'b1.row-1' });
    await until(() => seen.length === 2, 'both activations');
    expect(seen).toEqual([
      { data: { step: 'read' }, made: 0, started: 1 },
      { data: { step: 'edit' }, made: 0, started: 2 },
    ]);
    await until(async () => (await leftIn(queue)) === 0, 'the queue to be empty');
  });

  it('gives the job of a dead process to another worker, which can see that it had been started, and the death', async () => {
    // A process that owns its queue has one of its own here; a server is shared.
    const other = queues.backend(0).exclusive ? await testQueues(await place()) : undefined;
    const name = `contract-${randomBytes(6).toString('hex')}`;
    await add((other ?? queues).queue(name, { keep: true }), ['b1.row-1']);
    await other?.release();
    const { kill } = await holdingProcess((other ?? queues).url, name, SHORT_LOCK);
    await kill();
    await other?.reopen();
    if (other !== undefined) onTestFinished(() => other.close());
    const queue = (other ?? queues).queue(name);
    const taken: object[] = [];
    queues.work(
      queue,
      async ({ id, data, attemptsStarted, attemptsMade, stalledCounter }) =>
        void taken.push({ id, data, attemptsStarted, attemptsMade, stalledCounter }),
      { options: SHORT_LOCK, on: (other ?? queues).backend(0) },
    );
    await until(() => taken.length === 1, 'the job to be taken over');
    const data = { jobId: 'b1.row-1' };
    expect(taken).toEqual([{ id: 'b1.row-1', data, attemptsStarted: 2, attemptsMade: 0, stalledCounter: 1 }]);
    await until(async () => (await leftIn(queue)) === 0, 'the queue to be empty');
  });

  it('knows a job by its id: added again while it waits, is delayed or runs, it is there once', async () => {
    const queue = queues.queue();
    const ids = idsTo(5);
    await add(queue, ids);
    await add(queue, [...ids, ...ids]);
    await queue.add('row', {}, { jobId: 'b1.later', delay: 60_000 });
    await queue.add('row', { changed: true }, { jobId: 'b1.later' });
    expect(await queue.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 5, delayed: 1 });
    const runs: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    queues.work(queue, async ({ id = '' }) => {
      runs.push(id);
      await released;
    });
    await until(() => runs.length === 1, 'one to run');
    await add(queue, ids);
    release();
    await until(() => runs.length >= 5, 'all to run');
    await until(async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0, 'none to be left');
    expect(runs.sort()).toEqual(ids);
  });

  it('takes waiting and delayed jobs back out, and refuses for one that runs', async () => {
    const queue = queues.queue();
    const runs: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    queues.work(queue, async ({ id = '' }) => {
      runs.push(id);
      await released;
    });
    await add(queue, ['b1.running']);
    await until(() => runs.length === 1, 'one to run');
    await add(queue, idsTo(20));
    await queue.add('row', {}, { jobId: 'b1.later', delay: 60_000 });
    const jobs = await queue.getJobs(['waiting', 'delayed', 'prioritized', 'active']);
    expect(jobs).toHaveLength(22);
    const removed = await Promise.all(
      jobs.map((job) =>
        job.remove().then(
          () => job.id,
          () => undefined,
        ),
      ),
    );
    expect(removed.filter((id) => id !== undefined)).toHaveLength(21);
    expect(removed).not.toContain('b1.running');
    release();
    await until(async () => (await leftIn(queue)) === 0, 'the queue to be empty');
    expect(runs).toEqual(['b1.running']);
  });

  it('lets the job of a dead worker be taken out as soon as its lock has run out, and not before', async () => {
    const queue = queues.queue();
    let active = 0;
    const lockMs = 1_500;
    const options = { lockDuration: lockMs };
    const worker = queues.work(
      queue,
      async () => {
        active++;
        await new Promise(() => {});
      },
      { options },
    );
    await add(queue, ['b1.row-1']);
    await until(() => active === 1, 'it to run');
    await worker.close(true);
    const died = Date.now();
    const job = await queue.getJob('b1.row-1');
    const removed = () =>
      job?.remove().then(
        () => true,
        () => false,
      );
    let tooEarly = 0;
    while (!(await removed())) tooEarly++;
    expect(tooEarly).toBeGreaterThan(0);
    // Its last renewal was at most half a lock before its death.
    expect(Date.now() - died).toBeGreaterThanOrEqual(lockMs / 2 - CLOCK_MS);
    expect(await leftIn(queue)).toBe(0);
  });

  it('serves what has no priority first, then by priority, and in order within one', async () => {
    const queue = queues.queue();
    const waiting = [3, 1, 2, 1, 0, 3, 2, 0].map((priority, at) => ({
      name: 'row',
      data: {},
      opts: { jobId: `b1.priority-${priority}-${at}`, priority },
    }));
    await queue.addBulk(waiting);
    const runs: string[] = [];
    queues.work(queue, async ({ id = '' }) => void runs.push(id));
    await until(() => runs.length === waiting.length, 'all to run');
    expect(runs).toEqual([...runs].sort());
    await until(async () => (await leftIn(queue)) === 0, 'the queue to be empty');
  });

  it('brings data back as it was given, whatever its text', async () => {
    const queue = queues.queue();
    const data = {
      body: { custom_metadata: { text: 'a"b\\c\n\u2028\u0000\ud800 Ünïcødé 🦊 ":"', empty: '', 'k.e y': 'v' } },
      numbers: [0, -1, 1e21, 0.1, Number.MAX_SAFE_INTEGER],
      nothing: null,
      long: 'x'.repeat(200_000),
    };
    const seen: unknown[] = [];
    await queue.add('row', toQueue(data), { jobId: 'b1.row-1' });
    queues.work(queue, async (job) => void seen.push(fromQueue(job.data, z.unknown())));
    await until(() => seen.length === 1, 'the job to start');
    expect(seen).toEqual([data]);
  });

  it('obliterated, a queue leaves nothing: its next jobs are new ones', async () => {
    const queue = queues.queue();
    await queue.setGlobalRateLimit(1, 60_000);
    let active = 0;
    const worker = queues.work(queue, async () => {
      active++;
      await new Promise(() => {});
    });
    await add(queue, idsTo(10));
    await queue.add('row', {}, { jobId: 'b1.later', delay: 60_000 });
    await until(() => active === 1, 'one to run');
    await worker.close(true);
    await queue.obliterate({ force: true });
    expect(await leftIn(queue)).toBe(0);
    expect(await queue.getJob('b1.row-5')).toBeUndefined();
    await add(queue, idsTo(3));
    const runs: string[] = [];
    queues.work(queue, async ({ id = '' }) => void runs.push(id));
    await until(() => runs.length === 3, 'the new jobs to run, without the old limit');
  });
});
