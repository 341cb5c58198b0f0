import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { serversFor } from '../support/servers/found-servers.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startRedis } from '../support/servers/redis-server.ts';
import { POSTGRES_SERVER, REDIS, redisServer } from '../support/servers/server-kinds.ts';
import { closingServer, deafServer, redisOfVersion } from './deaf-server.ts';

const HOSTROLL = fileURLToPath(new URL('../../dist/scripts/hostroll.js', import.meta.url));

/** What a worker says of a queue that it cannot use: one sentence on standard error, and its exit code. */
async function refusal(context: TestContext, queue: string, exit = 69, command = 'work'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-refused-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = {
    PATH: process.env.PATH,
    HOSTROLL_QUEUE: queue,
    CLOUDFLARE_API_TOKEN: 'a-token-of-forty-characters-0123456789ab',
    CLOUDFLARE_ZONE_ID: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  };
  const child = spawn(process.execPath, [HOSTROLL, command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  context.onTestFinished(() => void child.kill('SIGKILL'));
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect({ code, out }).toEqual({ code: exit, out: '' });
  expect(said).toMatch(/^hostroll: .*\n$/);
  return said;
}

const PLAIN = [
  ['a kind that is not known', 'mysql://db.internal', /must start with one of embedded: redis: .*postgres:/],
  ['no host', 'redis://', /must look like redis:\/\/\[user/],
  ['an address that is none', 'postgres://[::', /must look like postgres:\/\//],
  ['a database that is no number', 'redis://127.0.0.1:6379/shops', /must be a database number/],
  ['no master', 'redis+sentinel://127.0.0.1:26379', /needs the name of the master/],
  ['no folder', 'embedded:', /needs a folder/],
] as const;

describe.concurrent('a queue that cannot be used is refused in one sentence', () => {
  it.for(PLAIN)('%s', async ([, url, sentence], context) => {
    expect(await refusal(context, url, 64)).toMatch(sentence);
  });

  it('a host that is not there', async (context) => {
    expect(await refusal(context, 'redis://queue.invalid')).toMatch(
      /redis:\/\/queue\.invalid cannot be used: its name/,
    );
  });

  it.for(['redis', 'redis+cluster', 'redis+sentinel', 'postgres'])(
    '%s:// where nothing listens',
    async (scheme, context) => {
      const said = await refusal(context, `${scheme}://user:hush@127.0.0.1:${await freePort()}/0`);
      expect(said).toMatch(/cannot be used: .*(nothing listens there|unreachable|closed)/);
      expect(said).not.toContain('hush');
    },
  );

  it.for(['redis', 'rediss', 'redis+sentinel', 'postgres'])('%s:// where nobody answers', async (scheme, context) => {
    expect(await refusal(context, `${scheme}://127.0.0.1:${await deafServer(context)}/0`)).toMatch(/cannot be used: /);
  });

  it.for(['redis', 'postgres'])('%s:// where connections are closed at once', async (scheme, context) => {
    expect(await refusal(context, `${scheme}://127.0.0.1:${await closingServer(context)}/0`)).toMatch(
      /cannot be used: /,
    );
  });

  it('a Redis that is too old', async (context) => {
    expect(await refusal(context, `redis://127.0.0.1:${await redisOfVersion(context, '5.0.14')}`)).toMatch(
      /is Redis 5\.0\.14; hostroll needs 6\.2 or newer/,
    );
  });
});

describe.each(serversFor('refusals', [REDIS], { mayShare: false }))('a $name that', () => {
  const redis = async (context: TestContext, settings: Record<string, string>) => {
    const server = await startRedis(redisServer, settings);
    context.onTestFinished(() => server.remove());
    return server;
  };

  it('may evict jobs is refused, with the setting it needs', async (context) => {
    const { url } = await redis(context, { 'maxmemory-policy': 'allkeys-lru' });
    expect(await refusal(context, url)).toMatch(
      /may throw jobs away: its maxmemory-policy is allkeys-lru; set it to noeviction/,
    );
  });

  it('is full is refused', async (context) => {
    const { url } = await redis(context, { maxmemory: '1000' });
    expect(await refusal(context, url)).toMatch(/has used \d+ of its 1000 bytes; give it more memory or empty it/);
  });

  it('wants another password is refused, and no password is shown', async (context) => {
    const { port } = await redis(context, { requirepass: 'open' });
    const said = await refusal(context, `redis://:hush@127.0.0.1:${port}`);
    expect(said).toMatch(/cannot be used: WRONGPASS/);
    expect(said).not.toContain('hush');
    expect(await refusal(context, `redis://127.0.0.1:${port}`)).toMatch(/cannot be used: NOAUTH/);
  });

  it('does not have the database is refused, instead of another being used', async (context) => {
    const { url } = await redis(context, { databases: '4' });
    expect(await refusal(context, `${url}/4`)).toMatch(/cannot be used: ERR DB index is out of range/);
  });

  it('is no cluster is refused as one', async (context) => {
    const { port } = await redis(context, {});
    expect(await refusal(context, `redis+cluster://127.0.0.1:${port}`)).toMatch(/cluster support disabled/);
  });
});

describe.each(serversFor('refusals', [POSTGRES_SERVER], { mayShare: false }))('a $name that', ({ startPrivate }) => {
  it('is not set up, or does not have the database, is refused with what to do', async (context) => {
    const server = await startPrivate?.();
    context.onTestFinished(() => server?.remove());
    const url = server?.url ?? '';
    expect(await refusal(context, url)).toMatch(/is not set up yet; run: hostroll migrate/);
    const nowhere = url.replace(/[^/]*$/, 'nowhere');
    expect(await refusal(context, nowhere)).toMatch(/database "nowhere" does not exist/);
    expect(await refusal(context, nowhere, 69, 'migrate')).toMatch(/database "nowhere" does not exist/);
  });
});
