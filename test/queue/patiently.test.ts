import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BatchLaneQueue } from '../../src/batch/dispatch/batch-lane-queue.ts';
import { newLaneJob } from '../../src/lane/lane-job.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { PatientPool } from '../../src/queue/patient-pool.ts';
import { isAway } from '../../src/queue/patiently.ts';
import type { BatchId, CustomHostnameId, Hostname, ZoneId } from '../../src/terms.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { jobsIn } from '../support/servers/jobs-in.ts';
import { POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';
import { until } from '../support/workspace.ts';

describe.each(serversFor('outages', [POSTGRES_SERVER], { mayShare: false }))(
  'a statement on $name',
  ({ startPrivate }) => {
    const pooled = async () => {
      const server = await startPrivate?.();
      if (server === undefined) throw new Error('There is no Postgres.');
      const pool = new PatientPool(new pg.Pool({ connectionString: server.url, connectionTimeoutMillis: 5_000 }));
      const told: string[] = [];
      pool.on('error', (error: Error) => told.push(error.message));
      onTestFinished(async () => {
        await pool.end();
        await server.remove();
      });
      return { server, pool, told };
    };

    it('waits for a server that is away, and is told of', async () => {
      const { server, pool, told } = await pooled();
      await server.stop('SIGQUIT');
      const asked = pool.query('SELECT 6 * 7 AS answer');
      const connected = pool.connect();
      await until(() => told.length > 0, 'the outage to be told');
      await server.start();
      expect((await asked).rows).toEqual([{ answer: 42 }]);
      (await connected).release();
    });

    it('is made again where its connection broke before it was answered', async () => {
      const { server, pool } = await pooled();
      const asked = pool.query(
        "SELECT pg_sleep(CASE WHEN pg_postmaster_start_time() < $1 THEN 600 ELSE 0 END), 'done' AS it",
        [new Date()],
      );
      const other = new pg.Client({ connectionString: server.url });
      other.on('error', () => {});
      await other.connect();
      const sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
      await until(async () => (await other.query(sleeping)).rows.length === 1, 'the statement to be under way');
      await server.stop('SIGQUIT');
      await server.start();
      expect((await asked).rows).toMatchObject([{ it: 'done' }]);
    });

    it('that is wrong fails at once', async () => {
      const { pool, told } = await pooled();
      await expect(pool.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
      expect(told).toEqual([]);
    });
  },
);

it.each(serversFor('outages', [REDIS], { mayShare: false }))(
  'rows that are handed over while Redis is full get into their lane when there is room again',
  async ({ startPrivate }) => {
    const server = await startPrivate?.();
    const backend = await openQueueBackend(server?.url ?? '', 'test');
    const redis = new Redis(server?.url ?? '');
    const log = pino({ enabled: false });
    const lane = { name: 'default', limit: { max: 1, durationMs: 100 } };
    const unused = async () => {};
    const feed = new BatchLaneQueue({
      backend,
      lane,
      log,
      now: Date.now,
      drained: unused,
      giveUp: unused,
      provide: unused,
    });
    onTestFinished(async () => {
      await feed.close();
      redis.disconnect();
      await backend.close();
      await server?.remove();
    });
    const place = {
      zone_id: 'zone' as ZoneId,
      id: 'id' as CustomHostnameId,
      hostname: 'shop.acme-store.net' as Hostname,
    };
    const jobs = Array.from({ length: 150 }, (_, at) => {
      const row = { kind: 'row', batch: 'b-full' as BatchId, key: `row-${at + 1}`, row: at + 1 } as const;
      return newLaneJob({ ...row, ...place, body: {}, paths: [], step: 'edit', in_doubt: false });
    });
    await redis.config('SET', 'maxmemory', '1');
    let added = false;
    const adding = feed.add(jobs).then(() => {
      added = true;
    });
    const refusals = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await redis.info('errorstats'))?.[1] ?? 0);
    await until(async () => (await refusals()) > 1, 'Redis to refuse them twice');
    expect(added).toBe(false);
    await redis.config('SET', 'maxmemory', '0');
    await adding;
    expect(await jobsIn(backend, 'lane-default')).toBe(150);
  },
);

it.each([
  ['a Redis that loads its file', new Error('LOADING Redis is loading the dataset in memory'), true],
  ['a Redis that became a replica', new Error("READONLY You can't write against a read only replica."), true],
  ['a Postgres that shuts down', Object.assign(new Error('terminating connection'), { code: '57P01' }), true],
  ['a Postgres that is full', Object.assign(new Error('could not extend file'), { code: '53100' }), true],
  ['a connection that pg has lost', new Error('Connection terminated unexpectedly'), true],
  ['a wrong password', Object.assign(new Error('password authentication failed'), { code: '28P01' }), false],
  ['a command that is wrong', new Error('ERR unknown command'), false],
  ['a mistake of ours', new TypeError('x is not a function'), false],
])('%s: may a queue server do later what failed of it?', (_, error, away) => {
  expect(isAway(error)).toBe(away);
});
