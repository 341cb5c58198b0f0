import { existsSync, readdirSync } from 'node:fs';
import { cp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/queue/embedded-database.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { packDatabase, unpackDatabase } from '../../src/queue/prepared-database.ts';
import { withQueue } from '../../src/queue/with-queue.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** An embedded queue with one job; resolves with its data folder, and the file that has the jobs. */
async function queueOfOne(folder: string): Promise<{ data: string; jobs: string }> {
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  await withQueue(backend, 'q', (queue) => queue.add('row', { text: 'a row' }, { jobId: 'one' }));
  await backend.close();
  const data = join(folder, 'pgdata');
  const { database, close } = await openDatabase(data);
  const { rows } = await database.query<{ path: string }>("SELECT pg_relation_filepath('bullmq.job') AS path");
  await close();
  return { data, jobs: join(data, rows[0]?.path ?? '') };
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
  const { data, jobs } = await queueOfOne(folder);
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
