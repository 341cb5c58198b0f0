import { join, resolve } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { takeProcessLock } from '../disk/process-lock.ts';
import { HostrollError, MINUTE } from '../terms.ts';
import { createPostgresBackend } from './bullmq.ts';
import { openDatabase } from './embedded-database.ts';
import type { QueueServer } from './queue-backend.ts';

/**
 * PGlite does nothing by itself: without a vacuum every job leaves dead rows behind, and without a checkpoint 4 kB of log,
 * all of which a start after a kill reads.
 */
const TIDY_EVERY_MS = 1 * MINUTE;

/**
 * `embedded:<folder>`: the queue inside this process, PGlite (Postgres compiled to WASM) in that folder, behind BullMQ's Postgres backend.
 * Nothing to install; durable over kill -9. PGlite does not notice a second process in its folder and would corrupt it,
 * so the folder is locked first. Throws `QUEUE_URL` without a folder, and `LOCK_HELD` naming the process that has it.
 */
export async function openEmbedded(url: string, command: string): Promise<QueueServer> {
  const folder = url.slice(url.indexOf(':') + 1);
  if (folder === '') throw new HostrollError('QUEUE_URL', 'The embedded queue needs a folder: embedded:<folder>.');
  const path = resolve(folder);
  await makePrivateFolder(path);
  const lock = await takeProcessLock(join(path, 'lock'), `The embedded queue ${path}`, command);
  try {
    const { database, pool, setAside, close } = await openDatabase(join(path, 'pgdata'));
    await freeJobsOfDeadProcess(database);
    const tidy = () => database.exec('VACUUM').then(() => database.exec('CHECKPOINT'));
    const tidying = setInterval(() => void tidy().catch(() => {}), TIDY_EVERY_MS);
    tidying.unref();
    return {
      name: `embedded:${path}`,
      ...(setAside === undefined ? {} : { remark: damaged(path, setAside) }),
      // BullMQ takes a pool by its shape; its type names only Redis connections.
      options: { connection: pool as never },
      factory: createPostgresBackend as never,
      lost: pool.lost,
      close: async () => {
        clearInterval(tidying);
        await close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * A process that held a job when this folder was opened is dead, as the folder has one owner: so its jobs need not wait for
 * their locks to run out. This marks them as BullMQ's stalled check would after its first pass; the first check of the
 * next worker puts them back in line, with their count of stalls.
 */
async function freeJobsOfDeadProcess(database: PGlite): Promise<void> {
  await database.exec(`
    UPDATE job SET stalled_marked = true, locked_until_ms = 0 WHERE state = 'active';
    DELETE FROM meta WHERE field = 'stalled-check';
  `);
}

const damaged = (path: string, setAside: string): string =>
  `The embedded queue ${path} was damaged, or open when this machine stopped: a new one was made, and the old one is in ${setAside}. No batch loses a row by it.`;
