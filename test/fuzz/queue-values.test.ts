import { Queue } from 'bullmq';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LaneDispatcher } from '../../src/batch/dispatch/lane-dispatcher.ts';
import { overdueLeases } from '../../src/batch/dispatch/lease.ts';
import { listSubmissions, SUBMISSIONS } from '../../src/batch/submit/submission.ts';
import { BATCH_VIEW } from '../../src/batch/view/batch-view.ts';
import { LANE_JOB } from '../../src/lane/lane-job.ts';
import { LANE_RESULT, resultsQueueName } from '../../src/lane/lane-result.ts';
import { fromQueue, type QueueValue } from '../../src/lane/queue-value.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';
import { rowJob } from '../lane/jobs.ts';
import { embeddedQueue } from '../support/embedded-queue.ts';
import { anyJson, fuzzing } from './fuzz.ts';

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

/** `good` with members left out, or with anything in their place. */
const nearly = (good: object): fc.Arbitrary<unknown> =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(good)), fc.oneof(fc.constantFrom(1, 'row-1'), anyJson()), { maxKeys: 2 })
    .map((members) => ({ ...good, ...members }));
const queued = (good: object): fc.Arbitrary<QueueValue> =>
  fc.oneof(
    { arbitrary: nearly(good).map((value) => ({ json: JSON.stringify(value) })), weight: 3 },
    anyJson(...Object.keys(good)).map((value) => ({ json: JSON.stringify(value) })),
    fc.constantFrom('', '{', 'NaN', 'null', '[1').map((json) => ({ json })),
  );
/** Any JSON that Postgres can keep as it is. */
const keepable = (values: fc.Arbitrary<unknown>) =>
  values.map((value) => (/\\u(0000|d[89a-f])/.test(JSON.stringify(value)) ? null : value));

const calls = { list: 0, read: 1, edit: 1 };
const RESULT = { kind: 'row', key: 'row-7', row: 7, calls, outcome: 'edited', status: 'active' };
const LEASE = { v: 1, held: { kind: 'upload', id: 'u-1' }, until: 0 };
const count = { edited: 0, skipped: 0, rejected: 0, failed: 0, gave_up: 0, unprocessed: 0 };
const VIEW = {
  ...{ stage: 'editing', wave: 1, until: null, rows: { total: 2, done: 1 }, outcomes: count, errors: [], lanes: [] },
  ...{ settled: { active: 0, pending: 0, errored: 0, unknown: 0 }, calls: { made: 1, per_second: 1 } },
  ...{ budget_per_second: 4, eta_ms: 1 },
};
const SUBMITTED = {
  ...{ v: 1, id: 's-1', manifest: 'm.csv', sha256: '0'.repeat(64), chunks: 1, zones: [], skip_invalid: false },
  ...{ wait_ms: 0, wait_strict: false, submitted_at: '2026-11-26T12:00:00.000Z', submitted_by: 'a@b' },
};
const sample = <T>(values: fc.Arbitrary<T>): T[] => fc.sample(values, fuzzing());

async function put(name: string, values: readonly unknown[], progress: readonly unknown[] = []): Promise<void> {
  const queue = new Queue(name, backend.options, backend.factory);
  const jobs = await queue.addBulk(values.map((data) => ({ name: 'any', data })));
  for (const [at, value] of progress.entries()) await jobs[at]?.updateProgress(value as object);
  await queue.close();
}

it('a job or result of any text is read as what it is, or as nothing', () => {
  fc.assert(
    fc.property(fc.oneof(queued(RESULT), queued(rowJob()), anyJson('json')), (value) => {
      const [job, result] = [fromQueue(value, LANE_JOB), fromQueue(value, LANE_RESULT)];
      const counts = [job?.calls, result !== undefined && 'calls' in result ? result.calls : undefined];
      for (const made of counts.flatMap((each) => Object.values(each ?? {}))) expect(made).toSatisfy(Number.isInteger);
    }),
    fuzzing(5),
  );
});

it('no result of a row that was not fed is believed', async () => {
  const { batch } = rowJob();
  const foreign = fc.integer({ min: 1, max: 20 }).map((row) => ({ ...RESULT, row, key: `row-${row}` }));
  const planted = fc.oneof(
    queued(RESULT),
    foreign.map((value) => ({ json: JSON.stringify(value) })),
  );
  await put(resultsQueueName(batch), [
    ...sample(fc.oneof(planted, keepable(anyJson('json')))),
    { json: JSON.stringify(RESULT) },
  ]);
  const believed = new Set<number>();
  let made = 0;
  const dispatcher = new LaneDispatcher({
    ...{ backend, batch, now: Date.now, log: pino({ enabled: false }) },
    lanes: [{ name: 'fuzzed', limit: { max: 1, durationMs: 10 } }],
    listener: {
      rowDone: async ({ row }) => void believed.add(row),
      expects: (row) => row === 7,
      called: (by) => {
        made += by.list + by.read + by.edit;
      },
      ...{ cooling: async () => {}, refused: async () => {}, inDoubt: () => {}, saw: () => {} },
    },
  });
  await dispatcher.setLimits();
  await dispatcher.feed('fuzzed', [rowJob()]);
  await dispatcher.start();
  try {
    await dispatcher.drained();
  } finally {
    await dispatcher.close();
  }
  expect([...believed]).toEqual([7]);
  expect(made).not.toBeNaN();
});

it('leases and submissions of any value hide no good one, and a view holds none but numbers', async () => {
  await put('leases', [...sample(fc.oneof(queued(LEASE), keepable(anyJson('json')))), { json: JSON.stringify(LEASE) }]);
  expect(await overdueLeases(backend, 1)).toContainEqual(LEASE.held);

  const spoiled = sample(keepable(fc.oneof(nearly(SUBMITTED), anyJson())));
  await put(SUBMISSIONS, [...spoiled, SUBMITTED], sample(keepable(fc.oneof(nearly(VIEW), anyJson()))));
  const all = await listSubmissions(backend);
  expect(all).toHaveLength(spoiled.length + 1);
  expect(all).toContainEqual({ id: 's-1', state: 'waiting', manifest: 'm.csv' });
  for (const { progress } of all) if (progress !== undefined) expect(BATCH_VIEW.safeParse(progress).success).toBe(true);
});
