import { Redis } from 'ioredis';
import { describe, expect, it, type TestContext } from 'vitest';
import { fraction } from '../../src/sandbox/draw.ts';
import { type Cluster, type ClusterProcess, clusterOn } from '../support/cluster.ts';
import { cutProxy } from '../support/servers/cut-proxy.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { POSTGRES_SERVER, REDIS, type ServerKind } from '../support/servers/server-kinds.ts';
import { expectTrueEnd } from '../support/true-end.ts';
import { workerAnswers } from '../support/worker-answers.ts';
import { until } from '../support/workspace.ts';
import { LOCK_S } from './seed.ts';

/** Where in a run things die. HOSTROLL_SEED repeats a run, or tries another. */
const SEED = Number(process.env.HOSTROLL_SEED || 1);
const TIMEOUT = { timeout: 170_000 };

const cluster = (kind: ServerKind, context: TestContext, latency = { min_ms: 20, max_ms: 150 }): Promise<Cluster> =>
  clusterOn({ kind, rows: 240, quota: '18000/300', api: { latency } }, context);

async function expectGoodEnd(run: ClusterProcess): Promise<void> {
  const code = await run.ended;
  expect(code, run.said()).toBe(0);
}

const REDIS_HERE = serversFor('crashes', [REDIS], { mayShare: false });
const POSTGRES_HERE = serversFor('crashes', [POSTGRES_SERVER], { mayShare: false });

describe.concurrent.each([...REDIS_HERE, ...POSTGRES_HERE])('on $name', (kind) => {
  it(`kill -9 of coordinators and workers costs no row (HOSTROLL_SEED=${SEED})`, TIMEOUT, async (context) => {
    const on = await cluster(kind, context);
    const moment = (number: number, from: number, to: number) => from + fraction(SEED, number) * (to - from);
    const [first, second] = [on.work(), on.work()];
    const applying = on.apply();
    await on.reached(moment(1, 0.01, 0.15));
    await applying.kill();
    const resuming = on.resume();
    await on.reached(moment(2, 0.2, 0.4));
    await first.kill();
    const third = on.work();
    await on.reached(moment(3, 0.45, 0.6));
    await Promise.all([resuming.kill(), second.kill(), third.kill()]);
    on.work();
    await expectGoodEnd(on.resume());
    await expectTrueEnd(on);
  });

  it(
    'of two coordinators that resume a batch at once one runs, and the other says who has it',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      const applying = on.apply();
      await on.reached(0.1);
      await applying.kill();
      const both = [on.resume(), on.resume()];
      await until(() => both.some((run) => run.isGone()), 'one of them to be turned away');
      const [away, runs] = both.sort((a, b) => Number(b.isGone()) - Number(a.isGone()));
      expect(await away?.ended).toBe(75);
      expect(away?.said()).toContain(`process ${runs?.pid}`);
      expect(away?.said()).toContain(on.batch());
      if (runs !== undefined) await expectGoodEnd(runs);
      await expectTrueEnd(on);
    },
  );

  it(
    'a worker that is told to stop finishes the calls in its hands, and leaves the rest to others',
    TIMEOUT,
    async (context) => {
      // Slow answers, so that it has calls in its hands at any time.
      const on = await cluster(kind, context, { min_ms: 800, max_ms: 1_600 });
      const worker = on.work();
      await worker.says('Working for');
      const applying = on.apply();
      await on.reached(0.2);
      expect(await worker.kill('SIGTERM'), worker.said()).toBe(0);
      expect(on.outcomes()).toBeLessThan(on.names.length);
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
      // A call that was given up would have left its row in doubt.
      expect(on.api.judge().calls.read).toBe(0);
    },
  );

  it(
    'a worker cut off from the queue for longer than its locks last does no harm, and works again afterwards',
    TIMEOUT,
    async (context) => {
      // Slow answers, so that the worker has calls in its hands when it is cut off.
      const on = await cluster(kind, context, { min_ms: 300, max_ms: 600 });
      const network = await cutProxy(on.server.port);
      context.onTestFinished(() => network.close());
      const far = on.work({ port: network.port });
      const near = on.work();
      const applying = on.apply();
      await on.reached(0.2);
      network.cut();
      await expectGoodEnd(applying);
      expect(await near.kill('SIGTERM')).toBe(0);
      network.mend();
      await workerAnswers(on);
      await expectTrueEnd(on);
      expect(await far.kill('SIGTERM')).toBe(0);
    },
  );

  it(
    'a coordinator cut off from the queue finds the results there when it reaches it again',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      const network = await cutProxy(on.server.port);
      context.onTestFinished(() => network.close());
      on.work();
      const applying = on.apply({ port: network.port });
      await on.reached(0.2);
      network.cut();
      // Its own worker went with it, and what that had in hand is taken over when its locks have run out.
      const done = () => on.api.judge().applied.size === on.names.length;
      await until(done, 'the other worker to make all edits', 120_000);
      expect(on.outcomes()).toBeLessThan(on.names.length);
      network.mend();
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
    },
  );
});

describe.concurrent.each(REDIS_HERE)('on $name', (kind) => {
  it('Redis restarted in mid-run delays the run, and costs it nothing', TIMEOUT, async (context) => {
    const on = await cluster(kind, context);
    on.work();
    on.work();
    const applying = on.apply({ window: 40 });
    await on.reached(0.2);
    await on.server.stop('SIGTERM');
    await on.server.start();
    await on.reached(0.6);
    await on.server.stop('SIGTERM');
    await on.server.start();
    await expectGoodEnd(applying);
    await expectTrueEnd(on);
  });

  it(
    'Redis away in mid-run for longer than any lock lasts delays the run, and costs it nothing',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      on.work();
      const applying = on.apply();
      await on.reached(0.3);
      await on.server.stop('SIGKILL');
      const away = Date.now();
      await until(() => Date.now() - away >= 1_500 * LOCK_S, 'the outage to last');
      await on.server.start();
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
    },
  );

  it('workers and coordinators that are told to stop while Redis is away leave in time', TIMEOUT, async (context) => {
    const on = await cluster(kind, context, { min_ms: 800, max_ms: 1_600 });
    const processes = [on.work(), on.serve()];
    await Promise.all(processes.map((one, number) => one.says(number === 0 ? 'Working for' : 'Coordinator')));
    const applying = on.apply();
    await on.reached(0.2);
    await on.server.stop('SIGKILL');
    const codes = await Promise.all(processes.map((one) => one.kill('SIGTERM')));
    expect(codes).toEqual([130, 130]);
    for (const one of processes) expect(one.said()).toMatch(/is the queue away\?/);
    await on.server.start();
    await expectGoodEnd(applying);
    await expectTrueEnd(on);
  });

  it('Redis emptied between a crash and the resume costs no row, and sends none twice', TIMEOUT, async (context) => {
    const on = await cluster(kind, context);
    const worker = on.work();
    const applying = on.apply();
    await on.reached(0.2);
    await Promise.all([applying.kill(), worker.kill()]);
    const redis = new Redis(on.server.url);
    await redis.flushall();
    await redis.quit();
    await expectGoodEnd(on.resume());
    await expectTrueEnd(on);
  });

  it(
    'Redis full in mid-run delays the run until there is room again, and costs it nothing',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      on.work();
      const applying = on.apply({ window: 40 });
      await on.reached(0.2);
      const redis = new Redis(on.server.url);
      context.onTestFinished(() => redis.disconnect());
      const refused = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await redis.info('errorstats'))?.[1] ?? 0);
      await redis.config('SET', 'maxmemory', '1');
      await until(async () => (await refused()) >= 100, 'Redis to refuse writes');
      await redis.config('SET', 'maxmemory', '0');
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
    },
  );

  it(
    'Redis emptied in mid-run loses no row and sends none twice: what it lost is asked for again',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      on.work();
      on.work();
      const applying = on.apply();
      await on.reached(0.2);
      const redis = new Redis(on.server.url);
      await redis.flushall();
      await redis.quit();
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
    },
  );
});

describe.concurrent.each(POSTGRES_HERE)('on $name', (kind) => {
  it(
    'Postgres restarted in mid-run, cleanly and not, delays the run, and costs it nothing',
    TIMEOUT,
    async (context) => {
      const on = await cluster(kind, context);
      on.work();
      on.work();
      const applying = on.apply({ window: 40 });
      await on.reached(0.2);
      await on.server.stop('SIGINT');
      await on.server.start();
      await on.reached(0.5);
      await on.server.stop('SIGQUIT');
      await on.server.start();
      await expectGoodEnd(applying);
      await expectTrueEnd(on);
    },
  );
});
