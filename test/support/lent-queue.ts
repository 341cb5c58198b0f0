import { setMaxListeners } from 'node:events';
import type pg from 'pg';
import { lendQueue, openQueueBackend } from '../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';
import { TEMPLATES } from './servers/templates.ts';

let opened: Promise<QueueBackend> | undefined;

/**
 * URL of an embedded queue that stays open over all commands that stories run in this process, and has nothing in it. To open
 * one takes longer than most commands do. Undefined where no test run is there to take its folder away.
 */
export async function lentQueue(): Promise<string | undefined> {
  const templates = process.env[TEMPLATES];
  if (templates === undefined) return undefined;
  const url = `embedded:${templates}/queue-${process.pid}`;
  opened ??= openQueueBackend(url, 'stories');
  const backend = await opened;
  // Each command adds one of its own.
  if (backend.lost !== undefined) setMaxListeners(0, backend.lost);
  lendQueue(url, backend);
  const client = await (backend.options.connection as unknown as pg.Pool).connect();
  const { rows } = await client.query<{ tables: string }>(
    "SELECT string_agg(relname, ', ') AS tables FROM pg_class WHERE relnamespace = 'bullmq'::regnamespace AND relkind = 'r' AND relname <> 'migration'",
  );
  await client.query(`TRUNCATE ${rows[0]?.tables}`);
  client.release();
  return url;
}
