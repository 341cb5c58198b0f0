import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createPostgresBackend, Queue, Worker } from '../../src/queue/bullmq.ts';
import { openDatabase } from '../../src/queue/embedded-database.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { packDatabase, unpackDatabase } from '../../src/queue/prepared-database.ts';
import { withQueue } from '../../src/queue/with-queue.ts';
import { scriptProcess } from '../support/servers/script-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** An embedded queue with one job; resolves with its data folder, the file that has the jobs, and what is to be none there. */
async function queueOfOne(folder: string) {
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  await withQueue(backend, 'q', (queue) => queue.add('row', { text: 'a row' }, { jobId: 'one' }));
  await backend.close();
  const data = join(folder, 'pgdata');
  const { database, close } = await openDatabase(data);
  const { rows } = await database.query<{ path: string }>("SELECT pg_relation_filepath('bullmq.job') AS path");
  const spared = await database.query(
    'SELECT (SELECT count(*)::int FROM event) AS events, count(proconfig)::int AS settings FROM pg_proc WHERE pronamespace = $1::regnamespace',
    ['bullmq'],
  );
  await close();
  return { data, jobs: join(data, rows[0]?.path ?? ''), spared: spared.rows[0] };
}

/** Opens it, and says what is there; it can be used afterwards, or this fails. */
async function opened(folder: string) {
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  try {
    const jobs = await withQueue(backend, 'q', async (queue) => {
      const count = await queue.count();
      await queue.add('row', { text: 'another' }, { jobId: 'two' });
      return count;
    });
    return { jobs, remark: backend.remark };
  } finally {
    await backend.close();
  }
}

const overwrite = async (path: string) => writeFile(path, Buffer.alloc((await stat(path)).size, 7));

it('a folder that a loss of power has damaged is set aside, said, and made again; one that is whole is kept', async () => {
  const folder = await tempFolder();
  const { data, jobs, spared } = await queueOfOne(folder);
  expect(spared).toEqual({ events: 0, settings: 0 });
  expect(readdirSync(folder)).toEqual(['pgdata']);
  const good = join(folder, 'good');
  await cp(data, good, { recursive: true });
  expect(await opened(folder)).toEqual({ jobs: 1, remark: undefined });

  const damages: [string, () => Promise<void>][] = [
    ['a control file cut short', () => truncate(join(data, 'global/pg_control'), 100)],
    ['no version', () => rm(join(data, 'PG_VERSION'))],
    ['jobs overwritten', () => overwrite(jobs)],
    [
      'a machine that stopped while it was open',
      () => writeFile(`${data}.unsynced`, 'of an earlier start of the machine'),
    ],
  ];
  for (const [what, damage] of damages) {
    await rm(data, { recursive: true });
    await cp(good, data, { recursive: true });
    await damage();
    const { jobs: found, remark } = await opened(folder);
    expect([found, remark], what).toEqual([0, expect.stringContaining(`${data}.damaged`)]);
    expect(existsSync(`${data}.damaged`), what).toBe(true);
  }
  expect(await opened(folder)).toEqual({ jobs: 1, remark: undefined });
}, 120_000);

it('what a killed process wrote is kept', async () => {
  const folder = await tempFolder();
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  await withQueue(backend, 'q', (queue) => queue.add('row', { text: 'a row' }, { jobId: 'one' }));
  const killed = await tempFolder();
  await cp(folder, killed, { recursive: true, filter: (path) => !path.endsWith('lock') });
  await backend.close();
  expect(readdirSync(killed).sort()).toEqual(['pgdata', 'pgdata.unsynced']);
  expect(await opened(killed)).toEqual({ jobs: 1, remark: undefined });
});

/** Takes 600 jobs, 50 side by side, and writes down which it has taken and which the queue has acknowledged as done. */
const WORKING = `
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { JOB_OPTIONS, workerOptions } from './dist/src/lane/queue-options.js';
import { openQueueBackend } from './dist/src/queue/open-queue.js';
const [url, log] = process.argv.slice(1);
const backend = await openQueueBackend(url, 'test');
const { options, factory } = backend;
const queue = new Queue('q', options, factory);
await queue.addBulk(Array.from({ length: 600 }, (_, at) => ({ name: 'row', data: {}, opts: { ...JOB_OPTIONS, jobId: 'row-' + at } })));
const take = async ({ id }) => {
  appendFileSync(log, 'taken ' + id + '\\n');
  await delay(5 * Math.random());
};
const worker = new Worker('q', take, { ...workerOptions(backend), concurrency: 50 }, factory);
let done = 0;
worker.on('completed', ({ id }) => {
  appendFileSync(log, 'done ' + id + '\\n');
  if (++done === 200) console.log('at work');
});
`;

it('a process killed at work has lost no job, has done each that was acknowledged, and has counted each that it took', async () => {
  const folder = await tempFolder();
  const url = `embedded:${join(folder, 'queue')}`;
  const log = join(folder, 'log');
  const worker = await scriptProcess(WORKING, [url, log]);
  await delay(Math.random() * 50);
  await worker.kill();
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const [taken, done] = ['taken', 'done'].map(
    (what) => new Set(lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '')),
  );
  const backend = await openQueueBackend(url, 'test');
  const left = await withQueue(backend, 'q', (queue) => queue.getJobs());
  await backend.close();
  const started = new Map(left.map(({ id = '', attemptsStarted }) => [id, attemptsStarted]));
  for (let at = 0; at < 600; at++) {
    const id = `row-${at}`;
    if (done?.has(id)) expect(started.has(id), `${id} is done`).toBe(false);
    else if (taken?.has(id)) expect(started.get(id) ?? 1, `${id} was taken`).toBe(1);
    else expect(started.has(id), `${id} waits`).toBe(true);
  }
});

it('no job is looked for among all that have been there since the start', async () => {
  const { database, pool, close } = await openDatabase(join(await tempFolder(), 'pgdata'));
  const scans = async () => {
    await database.exec('SELECT pg_stat_force_next_flush()');
    const { rows } = await database.query("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'job'");
    return rows[0];
  };
  const before = await scans();
  const options = { connection: pool as never };
  const queue = new Queue('q', options, createPostgresBackend as never);
  await queue.setGlobalRateLimit(1_000, 1);
  const worker = new Worker('q', async () => {}, options, createPostgresBackend as never);
  await worker.waitUntilReady();
  for (let left = 20; left > 0; left--)
    await Promise.all([once(worker, 'completed'), queue.add('row', {}, { removeOnComplete: true })]);
  await Promise.all([worker.close(), queue.close()]);
  expect(await scans()).toEqual(before);
  await close();
});

it('a database that was being made when its process died is made again', async () => {
  const folder = await tempFolder();
  const { data } = await queueOfOne(folder);
  await cp(data, `${data}.new`, { recursive: true });
  await rm(data, { recursive: true });
  await truncate(`${data}.new/global/pg_control`, 100);
  expect(await opened(folder)).toEqual({ jobs: 0, remark: undefined });
  expect(readdirSync(folder)).toEqual(['pgdata']);
});

it('a folder that is packed and unpacked has the same files', async () => {
  const folder = await tempFolder();
  const { data } = await queueOfOne(folder);
  const copy = join(folder, 'copy');
  await unpackDatabase(await packDatabase(data), copy);
  const listed = (path: string) => readdirSync(path, { recursive: true }).sort();
  expect(listed(copy)).toEqual(listed(data));
  const { database, close } = await openDatabase(copy);
  expect((await database.query('SELECT id FROM job')).rows).toEqual([{ id: 'one' }]);
  await close();
});
