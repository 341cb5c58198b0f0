import { Redis } from 'ioredis';
import { describe, expect, it, type TestContext } from 'vitest';
import { type Cluster, clusterOn } from '../support/cluster.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { startCluster, startSentinel, startTlsRedis } from '../support/servers/redis-kinds.ts';
import { startRedis } from '../support/servers/redis-server.ts';
import { REDIS, redisServer, type ServerKind } from '../support/servers/server-kinds.ts';
import type { PrivateServer } from '../support/servers/server-process.ts';
import { expectTrueEnd } from '../support/true-end.ts';
import { until } from '../support/workspace.ts';

const TIMEOUT = { timeout: 170_000 };
const FAST = '18000/300';
const API = { latency: { min_ms: 5, max_ms: 30 } };

const kindOf = (startPrivate: () => Promise<PrivateServer>): ServerKind => ({ ...REDIS, startPrivate });

/** The ACL that docs/operations.md gives, word for word. */
const ACL =
  'hostroll reset on >PASSWORD ~{hostroll}:* &* +@read +@write +@scripting +@blocking +@transaction +@connection -@dangerous +info +client|setname +client|list -flushall -script|flush';

async function batchOn(kind: ServerKind, context: TestContext, env: Record<string, string> = {}): Promise<Cluster> {
  const on = await clusterOn({ kind, rows: 120, quota: FAST, api: API, env }, context);
  on.work();
  const applying = on.apply();
  expect(await applying.ended, applying.said()).toBe(0);
  return on;
}

const HERE = serversFor('sentinel, cluster, TLS and ACL', [REDIS], { mayShare: false });

describe.concurrent.each(HERE)('$name in all its forms', () => {
  it('sentinel: a batch goes on with the replica that takes over when the master dies', TIMEOUT, async (context) => {
    let killMaster = async () => {};
    const kind = kindOf(async () => {
      const set = await startSentinel(redisServer);
      killMaster = set.killMaster;
      return set;
    });
    const on = await clusterOn({ kind, rows: 240, quota: FAST, api: API }, context);
    on.work();
    const applying = on.apply();
    await on.reached(0.3);
    await killMaster();
    expect(await applying.ended, applying.said()).toBe(0);
    await expectTrueEnd(on);
  });

  it('cluster: a batch runs on three nodes that share the keys', TIMEOUT, async (context) => {
    await expectTrueEnd(
      await batchOn(
        kindOf(() => startCluster(redisServer)),
        context,
      ),
    );
  });

  it('TLS: a batch runs with a certificate of an authority that is named, and no other', TIMEOUT, async (context) => {
    const tls = await startTlsRedis(redisServer);
    const trusting = { NODE_EXTRA_CA_CERTS: tls.ca };
    const on = await batchOn(
      kindOf(async () => tls),
      context,
      trusting,
    );
    expect(on.api.judge().applied.size).toBe(120);
    const distrusting = on.start(['work'], { env: { NODE_EXTRA_CA_CERTS: '' } });
    expect(await distrusting.ended).toBe(69);
    expect(distrusting.said()).toMatch(/cannot be used: .*certificate/);
    const wrong = on.start(['work', '--queue', tls.url.replace('p%40ss', 'wrong')]);
    expect(await wrong.ended).toBe(69);
    expect(wrong.said()).toMatch(/cannot be used: .*(password|WRONGPASS)/i);
    expect(wrong.said()).not.toContain('word@');
  });

  it('ACL: the user of the documentation may do all that a batch and a submission need', TIMEOUT, async (context) => {
    const on = await batchOn(
      kindOf(async () => {
        const server = await startRedis(redisServer);
        const redis = new Redis(server.url);
        await redis.call('ACL', 'SETUSER', ...ACL.split(' '));
        await redis.call('ACL', 'SETUSER', 'default', 'off');
        redis.disconnect();
        return { ...server, url: `redis://hostroll:PASSWORD@127.0.0.1:${server.port}` };
      }),
      context,
    );
    await expectTrueEnd(on);
    on.serve();
    await on.submit();
    await until(
      () => on.batches().length === 2 && on.ledger().some(({ type }) => type === 'finished'),
      'the second batch',
    );
  });
});
