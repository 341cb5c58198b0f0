import { type Job, Queue, Worker } from 'bullmq';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LaneDispatcher } from '../../../src/batch/dispatch/lane-dispatcher.ts';
import { LONGEST_ASKED_MS } from '../../../src/cloudflare/asked-wait.ts';
import { LANE_JOB, type LaneJob, laneQueueName } from '../../../src/lane/lane-job.ts';
import { type LaneResult, resultsQueueName } from '../../../src/lane/lane-result.ts';
import { startLaneWorker } from '../../../src/lane/lane-worker.ts';
import { workerOptions } from '../../../src/lane/queue-options.ts';
import { fromQueue, toQueue } from '../../../src/lane/queue-value.ts';
import { ResultsOut } from '../../../src/lane/results-out.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { SealKeyring } from '../../../src/secrets/seal-keyring.ts';
import { type BatchId, HostrollError } from '../../../src/terms.ts';
import { answering, bad, rawServer } from '../../cloudflare/raw-server.ts';
import { rowJob } from '../../lane/jobs.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';
import { until } from '../../support/workspace.ts';

/** A worker's lock ends soon after the worker, so that a test need not wait for it. */
const SHORT_LOCK = { lockDuration: 1_000, stalledInterval: 200 };
const { batch } = rowJob();
const job = (row: number) => rowJob({ key: `row-${row}`, row });

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

/** Each test has a lane of its own. */
let lane = '';
beforeEach((context) => {
  lane = context.task.id;
});

interface Told {
  done: number[];
  cooling: { until: string; reason: string; lane: string }[];
  refused: string[];
  doubts: number[];
  calls: number;
  log: string[];
}

/** A coordinator of the test's lane that is not started yet, and what its listener and its log are told. */
function dispatcher(
  expects: (row: number) => boolean = () => true,
  inBatch = batch,
  keep: (row: number) => Promise<void> = async () => {},
) {
  const told: Told = { done: [], cooling: [], refused: [], doubts: [], calls: 0, log: [] };
  const client = new LaneDispatcher({
    backend,
    lanes: [{ name: lane, limit: { max: 1, durationMs: 10 } }],
    batch: inBatch,
    log: pino({}, { write: (line: string) => void told.log.push((JSON.parse(line) as { event: string }).event) }),
    now: Date.now,
    listener: {
      rowDone: async ({ row }) => {
        await keep(row);
        told.done.push(row);
      },
      expects,
      cooling: async (until, reason, name) => void told.cooling.push({ until, reason, lane: name }),
      refused: async (code) => void told.refused.push(code),
      inDoubt: (row) => void told.doubts.push(row),
      saw: () => {},
      called: ({ list, read, edit }) => {
        told.calls += list + read + edit;
      },
    },
  });
  onTestFinished(() => client.close());
  return { client, told };
}

/** A coordinator that has fed rows 1 to 3 to the lane; `done` are the rows whose results it has taken. */
async function fed(): Promise<{ client: LaneDispatcher; done: number[] }> {
  const { client, told } = dispatcher();
  await client.setLimits();
  await client.start();
  await client.feed(lane, [1, 2, 3].map(job));
  return { client, done: told.done };
}

/** A worker that takes one job, does `act` with it, and dies before it has finished it. */
async function dyingWorker(act: (job: LaneJob) => Promise<void>): Promise<void> {
  let acted = false;
  const take = async (queued: Job) => {
    await act(LANE_JOB.parse(fromQueue(queued.data, LANE_JOB)));
    acted = true;
    await new Promise(() => {});
  };
  const worker = new Worker(laneQueueName(lane), take, { ...workerOptions(backend), ...SHORT_LOCK }, backend.factory);
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
    const looking = new Worker(
      laneQueueName(lane),
      null,
      { ...workerOptions(backend), ...SHORT_LOCK },
      backend.factory,
    );
    onTestFinished(() => looking.close(true));
    looking.on('error', () => {});
    await looking.startStalledCheckTimer();
    const jobs = queue(laneQueueName(lane));
    await until(async () => (await jobs.getJobCountByTypes('prioritized')) === 3, 'the job to be put back in line');
    expect((await client.takeBack()).perhapsSent).toEqual(new Set([1]));
    expect(await jobsIn(laneQueueName(lane))).toBe(0);
  });
});

const edited = (row: number, more: object = {}) => ({
  ...{ kind: 'row', key: `row-${row}`, row, calls: { list: 0, read: 0, edit: 1 }, outcome: 'edited' },
  ...more,
});

describe('a coordinator and the worker of its own process', () => {
  it('has the job done only when its result is kept; one that cannot be kept is read before it is sent again', async () => {
    const { client: api, seen } = await rawServer(answering(400, bad({ code: 1434, message: 'no' })));
    const refusals = [new HostrollError('DISK_FULL', 'The disk is full.')];
    const left: number[] = [];
    const { client, told } = dispatcher(undefined, undefined, async () => {
      left.push(await jobsIn(laneQueueName(lane)));
      const refusal = refusals.pop();
      if (refusal !== undefined) throw refusal;
    });
    await client.setLimits();
    await client.start();
    const worker = startLaneWorker({
      backend,
      lane,
      client: api,
      concurrency: 1,
      keyring: new SealKeyring({ keys: [], file: undefined, mayMake: false }),
      log: pino({ level: 'silent' }),
    });
    onTestFinished(() => worker.close());
    await client.feed(lane, [job(1)]);
    await until(() => told.done.length === 1, 'its result to be kept');
    expect(left).toEqual([1, 1]);
    expect(seen.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
    await client.clear();
    expect(await jobsIn(laneQueueName(lane))).toBe(0);
  });
});

describe('a coordinator and what lies in its queues', () => {
  /** Each has a batch of its own, so that none hears of another. */
  const own = () => `20260101-120000-${lane.slice(-4)}${Math.random().toString(36).slice(2, 6)}` as BatchId;

  it('hears of nothing before it is started', async () => {
    const name = own();
    const { client, told } = dispatcher(() => true, name);
    await queue(resultsQueueName(name)).add('row', toQueue(edited(1)));
    await client.setLimits();
    await client.takeOver();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.done).toEqual([]);
    await client.start();
    await client.drained();
    expect(told.done).toEqual([1]);
  });

  it('names what is no result once, and takes the results beside it', async () => {
    const name = own();
    const { client, told } = dispatcher(() => true, name);
    const results = queue(resultsQueueName(name));
    const spoiled = [
      ...[{}, { json: 'not json' }, toQueue(null), toQueue({ kind: 'row' }), toQueue({ kind: 'unheard-of' })],
      ...[
        toQueue(edited(0)),
        toQueue(edited(1, { calls: { edit: null } })),
        toQueue(edited(1, { calls: { edit: 1e9 } })),
      ],
      toQueue({ kind: 'cooling', until: 'tomorrow', reason: 'x', lane }),
      toQueue({ kind: 'answer', key: 'k', calls: { list: 1, read: 0, edit: 0 }, value: { hostnames: [{ id: 1 }] } }),
    ];
    for (const data of spoiled) await results.add('row', data);
    await results.add('row', toQueue(edited(2)));
    await client.start();
    await client.drained();
    expect(told).toMatchObject({ done: [2], calls: 1, cooling: [] });
    expect(told.log).toEqual(spoiled.map(() => 'result_unreadable'));
  });

  it('takes what a worker elsewhere brings at one moment as one job, and past what is no result in it', async () => {
    const { client, told } = dispatcher();
    const out = new ResultsOut(backend, batch, pino({ level: 'silent' }));
    onTestFinished(() => out.close());
    const resultOf = (row: number): LaneResult => ({
      kind: 'row',
      key: `row-${row}`,
      row,
      calls: { list: 0, read: 0, edit: 1 },
      outcome: 'edited',
    });
    const one = { kind: 'no result' } as unknown as LaneResult;
    await Promise.all([resultOf(1), one, resultOf(2)].map((result) => out.put(result)));
    await out.put(resultOf(3));
    expect(await jobsIn(resultsQueueName(batch))).toBe(2);
    await client.start();
    await client.drained();
    expect(told.done.sort()).toEqual([1, 2, 3]);
    expect(told.log).toEqual(['result_unreadable']);
  });

  it('does not believe the result of a row that was never handed over, nor one that goes by another row’s name', async () => {
    const name = own();
    const { client, told } = dispatcher((row) => row < 10, name);
    const results = queue(resultsQueueName(name));
    await results.add('row', toQueue(edited(99)));
    await results.add('row', toQueue(edited(3, { key: 'row-4' })));
    await results.add('row', toQueue(edited(2)));
    await client.start();
    await client.drained();
    expect(told).toMatchObject({ done: [2], calls: 1, log: ['result_not_expected', 'result_not_expected'] });
  });

  it('is not stopped by what an earlier run was refused', async () => {
    const name = own();
    const { client, told } = dispatcher(() => true, name);
    const refused = { kind: 'refused', calls: { list: 0, read: 0, edit: 1 }, code: 'CF_UNAUTHORIZED', message: 'No.' };
    await queue(resultsQueueName(name)).add('refused', toQueue({ ...refused, key: 'row-1', row_in_doubt: 1 }));
    await client.start();
    await client.drained();
    expect(told).toMatchObject({ refused: [], doubts: [1] });
    await client.feed(lane, [job(1)]);
    await queue(resultsQueueName(name)).add('refused', toQueue({ ...refused, key: 'row-1' }));
    await until(() => told.refused.length === 1, 'the refusal to be taken');
    await client.takeBack();
  });

  it('has rows that an earlier run left in a lane read before they are sent, and leaves those of others alone', async () => {
    const { client } = dispatcher();
    const jobs = queue(laneQueueName(lane));
    const [own, other] = [rowJob({ fresh_until: 2e12 }), rowJob({ batch: 'other' as BatchId, fresh_until: 2e12 })];
    for (const data of [own, other]) await jobs.add('row', toQueue(data), { jobId: `${data.batch}.${data.key}` });
    await client.takeOver();
    const left = async (of: typeof own) => fromQueue((await jobs.getJob(`${of.batch}.${of.key}`))?.data, LANE_JOB);
    expect(await left(own)).toMatchObject({ step: 'edit', fresh_until: 0 });
    expect(await left(other)).toEqual(other);
    await jobs.obliterate({ force: true });
  });

  it('takes its own jobs back past what is no job', async () => {
    const { client } = dispatcher();
    const jobs = queue(laneQueueName(lane));
    for (const data of [{}, { json: '{' }, toQueue({ kind: 'row' })]) await jobs.add('row', data);
    await client.start();
    await client.feed(lane, [1, 2].map(job));
    await client.takeBack();
    expect(await jobsIn(laneQueueName(lane))).toBe(3);
    await jobs.obliterate({ force: true });
  });
});

describe('a lane that cools', () => {
  it('for the moment that a pause takes, whoever has asked for it, is not told of', async () => {
    const { client, told } = dispatcher();
    await client.feed(lane, [job(1)]);
    await client.hush();
    await client.start();
    expect(told.cooling).toEqual([]);
    await client.close();
  });

  it('is told of to whoever begins on it, whoever has cooled it, and until when', async () => {
    await queue(laneQueueName(lane)).rateLimit(60_000);
    const { client, told } = dispatcher();
    await client.setLimits();
    const before = Date.now();
    await client.start();
    expect(told.cooling).toMatchObject([{ reason: 'LANE_COOLING', lane }]);
    const left = Date.parse(told.cooling[0]?.until ?? '') - before;
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThan(61_000);
  });

  it('is not told of where it has only used up its window', async () => {
    const { client, told } = dispatcher();
    await client.setLimits();
    await client.start();
    expect(told.cooling).toEqual([]);
  });

  it('goes on where something has stopped it for years', async () => {
    const jobs = queue(laneQueueName(lane));
    await jobs.rateLimit(9_999_999_999_999);
    const { client, told } = dispatcher();
    await client.setLimits();
    await client.start();
    expect(told.cooling).toEqual([]);
    expect(told.log).toEqual(['absurd_cooling_ended']);
    expect(await jobs.getRateLimitTtl()).toBeLessThanOrEqual(0);
  });

  it('is not held to a wait that no worker may ask for', async () => {
    const name = `20260101-120000-${Math.random().toString(36).slice(2, 6)}` as BatchId;
    const { client, told } = dispatcher(() => true, name);
    const result = { kind: 'cooling', until: '9999-01-01T00:00:00.000Z', reason: 'CF_RATE_LIMITED', lane };
    await queue(resultsQueueName(name)).add('cooling', toQueue(result));
    await client.start();
    await client.drained();
    expect(Date.parse(told.cooling[0]?.until ?? '')).toBeLessThanOrEqual(Date.now() + LONGEST_ASKED_MS);
  });
});
