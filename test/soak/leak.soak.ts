import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it } from 'vitest';
import { bundleFlags, makePair } from '../support/pair.ts';
import { leakIn, leakingFiles, windowsOf } from '../support/planted.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { POSTGRES_SERVER, REDIS, type ServerKind } from '../support/servers/server-kinds.ts';
import { outcomesOf, until, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 60 }, (_, at) => `shop-${at + 1}.acme-store.net`);

/** Where a server keeps its data: Redis an append-only file of all that was ever written, Postgres its log and tables. */
async function dataFolder(kind: ServerKind, url: string): Promise<string> {
  if (kind.name === 'redis') {
    const redis = new Redis(url);
    const [, folder = ''] = (await redis.config('GET', 'dir')) as string[];
    redis.disconnect();
    return folder;
  }
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await client.end();
  return rows[0]?.data_directory ?? '';
}

async function emptied(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

/** Postgres packs long values, in which nothing could be found: from here on it stores them as they are. */
async function storedPlainly(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ table_name: string; column_name: string }>(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'bullmq' AND data_type IN ('jsonb', 'text')",
  );
  for (const { table_name, column_name } of rows) {
    await client.query(`ALTER TABLE bullmq."${table_name}" ALTER COLUMN "${column_name}" SET STORAGE EXTERNAL`);
  }
  await client.end();
}

for (const kind of serversFor('No key in the queue', [REDIS, POSTGRES_SERVER], { mayShare: false })) {
  it(`leaves no key and no token in ${kind.name}, whatever was written there`, { timeout: 170_000 }, async () => {
    const server = await kind.startPrivate?.();
    if (server === undefined) throw new Error(`There is no ${kind.name} here.`);
    const workspace = await workspaceWith({
      hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
      faults: [{ match: { kind: 'edit', share: 0.2 }, effect: { type: 'echo', status: 400 } }],
    });
    const env = { HOSTROLL_QUEUE: server.url, HOSTROLL_SEAL_KEY: 'cd'.repeat(32) };
    const pair = makePair('*.acme-store.net');
    const flags = await bundleFlags(workspace, 'acme', pair);
    await workspace.file('m.csv', `hostname,bundle\n${names.map((name) => `${name},acme`).join('\n')}\n`);
    const windows = windowsOf([pair.rsa.key, pair.ec.key, workspace.api.token, env.HOSTROLL_SEAL_KEY]);
    try {
      expect(await workspace.run(['migrate'], { env })).toMatchObject({ code: 0 });
      if (kind.name === 'postgres') await storedPlainly(server.url);
      const args = ['apply', 'm.csv', ...flags, '--wait', '0', '--yes'];
      // Without the key that all processes share nothing is sealed, and nothing sent.
      const bare = await workspace.run(args, { env: { ...env, HOSTROLL_SEAL_KEY: '' } });
      expect([bare.code, bare.stderr]).toEqual([64, expect.stringContaining('HOSTROLL_SEAL_KEY')]);
      const worker = workspace.start(['work', '--state', 'worker'], { env });
      const { child, finished } = workspace.start([...args, '--quota', '1500/60'], { env });
      await until(() => outcomesOf(workspace) >= 5 || child.exitCode !== null, '5 outcomes');
      child.kill('SIGKILL');
      await finished;
      // A server that lost its data lost the bundles: whoever resumes puts them there again.
      if (kind.name === 'redis') await emptied(server.url);
      const end = await workspace.run(['resume', 'latest', '--quota', '6000/60'], { env });
      expect(end.code, end.stderr + end.stdout).toBe(2);
      worker.child.kill('SIGTERM');
      const { stderr } = await worker.finished;
      expect(workspace.report().counts).toMatchObject({ unprocessed: 0, gave_up: 0 });
      const folder = await dataFolder(kind, server.url);
      // What was in the queue is found there, so that a key would be; which rows are, depends on what the server keeps.
      const queued = names.flatMap((name) => [`"hostname":"${name}"`, `\\"hostname\\":\\"${name}\\"`]);
      expect(leakingFiles(folder, windowsOf(queued))).not.toEqual([]);
      expect(leakingFiles(folder, windows)).toEqual([]);
      expect(leakingFiles(join(workspace.folder, '.hostroll'), windows)).toEqual([]);
      expect(leakingFiles(join(workspace.folder, 'worker'), windows)).toEqual([]);
      expect(leakIn(Buffer.from(stderr + end.stdout + end.stderr), windows)).toBeUndefined();
    } finally {
      await server.remove();
    }
  });
}
