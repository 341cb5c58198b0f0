import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, type TestContext } from 'vitest';
import { listSubmissions, type SubmissionStatus } from '../../src/batch/submit/submission.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { FaultRule } from '../../src/sandbox/fault-rule.ts';
import type { BatchId } from '../../src/terms.ts';
import { type Cluster, clusterOn } from '../support/cluster.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { POSTGRES_SERVER, REDIS, type ServerKind } from '../support/servers/server-kinds.ts';
import { expectTrueEnd } from '../support/true-end.ts';
import { until } from '../support/workspace.ts';

const TIMEOUT = { timeout: 170_000 };
/** A coordinator that asks for the first list page waits for ever, in the middle of its planning. */
const PLANNING_HANGS: FaultRule = { match: { kind: 'list', nth: 1 }, effect: { type: 'hang', when: 'before' } };

const cluster = (kind: ServerKind, context: TestContext, faults: FaultRule[] = []): Promise<Cluster> =>
  clusterOn({ kind, rows: 240, quota: '18000/300', api: { latency: { min_ms: 200, max_ms: 400 }, faults } }, context);

/** Hands the batch over; the returned function resolves when the queue says of it what is asked for. */
async function submitted(on: Cluster, context: TestContext) {
  await on.submit();
  const backend = await openQueueBackend(on.server.url, 'test');
  context.onTestFinished(() => backend.close());
  const says = async (part: Partial<SubmissionStatus>, patienceMs = 150_000) => {
    const held = async () => {
      const [now] = await listSubmissions(backend);
      return now !== undefined && isDeepStrictEqual({ ...now, ...part }, now);
    };
    await until(held, `the queue to say ${JSON.stringify(part)}`, patienceMs);
  };
  const plans = () =>
    until(async () => (await listSubmissions(backend))[0]?.progress?.stage === 'planning', 'the coordinator to plan');
  return { says, plans };
}

const KINDS = serversFor('submissions', [REDIS, POSTGRES_SERVER], { mayShare: false });

describe.concurrent.each(KINDS)('a batch that is submitted on $name', (kind) => {
  it('is carried on by its coordinator, which was killed while it planned it', TIMEOUT, async (context) => {
    const on = await cluster(kind, context, [PLANNING_HANGS]);
    const submission = await submitted(on, context);
    const first = on.serve();
    await submission.plans();
    await first.kill();
    on.serve();
    await submission.says({ state: 'completed', exit_code: 0, batch: on.batch() as BatchId });
    await expectTrueEnd(on);
  });

  it('is carried on by its coordinator, which was killed while it edited', TIMEOUT, async (context) => {
    const on = await cluster(kind, context);
    const submission = await submitted(on, context);
    const first = on.serve();
    await on.reached(0.3);
    await first.kill();
    on.serve();
    await submission.says({ state: 'completed', exit_code: 0, batch: on.batch() as BatchId });
    await expectTrueEnd(on);
  });

  it('goes on after its coordinator was stopped with SIGTERM, as if nothing had been', TIMEOUT, async (context) => {
    const on = await cluster(kind, context, [
      { ...PLANNING_HANGS, effect: { type: 'hang', when: 'before', ms: 15_000 } },
    ]);
    const submission = await submitted(on, context);
    const first = on.serve();
    await submission.plans();
    expect(await first.kill('SIGTERM'), first.said()).toBe(0);
    const second = on.serve();
    await on.reached(0.3);
    expect(await second.kill('SIGTERM'), second.said()).toBe(0);
    on.serve();
    await submission.says({ state: 'completed', exit_code: 0 });
    await expectTrueEnd(on);
    // Calls in flight were finished each time, so that no row was in doubt; what was left had grown old, and was read once.
    expect(on.ledger().filter(({ type }) => type === 'stopped')).toEqual([expect.objectContaining({ in_doubt: [] })]);
    expect(on.api.judge().calls.read).toBeLessThanOrEqual(on.names.length);
  });
});
