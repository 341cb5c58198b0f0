import { Readable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, type TestContext } from 'vitest';
import { LEASE_MS, withLease } from '../../src/batch/dispatch/lease.ts';
import { clearOverdue } from '../../src/batch/submit/clear-overdue.ts';
import { type Submission, submit } from '../../src/batch/submit/submission.ts';
import { upload } from '../../src/batch/submit/upload.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { withQueue } from '../../src/queue/with-queue.ts';
import { MINUTE } from '../../src/terms.ts';
import { clusterOn } from '../support/cluster.ts';
import { cutProxy } from '../support/servers/cut-proxy.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { jobsIn } from '../support/servers/jobs-in.ts';
import { scriptProcess } from '../support/servers/script-process.ts';
import { POSTGRES_SERVER, REDIS, type ServerKind } from '../support/servers/server-kinds.ts';
import { until } from '../support/workspace.ts';

const LANE = 'lane-default';
const log = pino({ enabled: false });
/** Everything that was leased at the start of a test is over then. */
const later = () => Date.now() + LEASE_MS + MINUTE;

/** Asks for a list page, as whoever plans does, and waits for it; there is no worker in this process. */
const PLANNER = `
import { withPlanningLane } from './dist/src/batch/plan/planning-lane.js';
import { LiveView } from './dist/src/batch/view/live-view.js';
import { openQueueBackend } from './dist/src/queue/open-queue.js';
const [url, zone_id, batch] = process.argv.slice(1);
const backend = await openQueueBackend(url, 'test');
const lanes = [{ name: 'default', limit: { max: 1, durationMs: 50 } }];
const log = { error() {}, warn() {}, info() {}, debug() {} };
const progress = new LiveView([], Date.now);
const interrupt = new AbortController().signal;
await withPlanningLane({ backend, lanes, interrupt, progress, log, now: Date.now }, batch, async (lane) => {
  lane.assign(zone_id, 'default');
  const page = lane.read({ kind: 'page', batch, key: 'page-1', zone_id, page: 1, per_page: 5 });
  console.log('asked');
  await page;
});
`;

async function shared(kind: ServerKind, context: TestContext, rows = 20) {
  const on = await clusterOn({ kind, rows, quota: '18000/300', api: {} }, context);
  const backend = await openQueueBackend(on.server.url, 'test');
  context.onTestFinished(() => backend.close());
  return { on, backend, left: (name: string) => jobsIn(backend, name) };
}

const KINDS = serversFor('leases', [REDIS, POSTGRES_SERVER], { mayShare: false });

describe.concurrent.each(KINDS)('what a process that died has left on $name', (kind) => {
  it('of its planning is cleared away when its lease is over, and not before', async (context) => {
    const { on, backend, left } = await shared(kind, context);
    const planner = await scriptProcess(PLANNER, [on.server.url, on.api.zones[0]?.id ?? '', 'b-dead']);
    await until(async () => (await left(LANE)) === 1, 'the read to be in the lane');
    await planner.kill();
    const worker = on.work();
    await until(async () => (await left('results-b-dead')) === 1, 'a worker to answer whom nobody hears');
    await clearOverdue(backend, Date.now(), log);
    expect(await left('results-b-dead')).toBe(1);
    await clearOverdue(backend, later(), log);
    expect([await left('results-b-dead'), await left(LANE), await left('leases')]).toEqual([0, 0, 0]);
    expect(await worker.kill('SIGTERM')).toBe(0);
  });

  it('of its planning is gone before a worker has made a call for it', async (context) => {
    const { on, backend, left } = await shared(kind, context);
    const planner = await scriptProcess(PLANNER, [on.server.url, on.api.zones[0]?.id ?? '', 'b-dead']);
    await until(async () => (await left(LANE)) === 1, 'the read to be in the lane');
    await planner.kill();
    await clearOverdue(backend, later(), log);
    expect([await left(LANE), await left('leases')]).toEqual([0, 0]);
    expect(await on.apply().ended).toBe(0);
    expect(on.api.judge().calls.list).toBe(1);
  });

  it('of a manifest that it was handing over is cleared away when its lease is over', async (context) => {
    const { on, backend, left } = await shared(kind, context, 30_000);
    const network = await cutProxy(on.server.port, { most: 600_000 });
    context.onTestFinished(() => network.close());
    const submitting = on.start(['submit', 'm.csv', '--wait', '0'], { port: network.port });
    await until(() => network.holds() || submitting.isGone(), 'the upload to be under way');
    expect(await submitting.kill(), submitting.said()).toBeNull();
    const [lease] = await withQueue(backend, 'leases', (leases) => leases.getJobs(['waiting']));
    const name = `${lease?.id}`;
    expect(name).toMatch(/^upload-s-/);
    expect(await left(name)).toBeGreaterThan(0);
    await clearOverdue(backend, later(), log);
    expect([await left(name), await left('leases'), await left('batches')]).toEqual([0, 0, 0]);
  });

  it('is kept where it was handed over: only the lease of its manifest goes', async (context) => {
    const { backend, left } = await shared(kind, context);
    const id = 's-handed-over';
    await withLease(backend, { kind: 'upload', id }, async () => {
      const uploaded = await upload(backend, id, Readable.from([Buffer.from('hostname\nshop-1.acme-store.net\n')]));
      const asked = { zones: [], skip_invalid: false, wait_ms: 0, wait_strict: false, submitted_by: 'here' };
      const submission: Submission = {
        v: 1,
        id,
        manifest: 'm.csv',
        ...uploaded,
        ...asked,
        submitted_at: '2026-01-01T00:00:00Z',
      };
      await submit(backend, submission);
      await clearOverdue(backend, later(), log);
      expect([await left(`upload-${id}`), await left('leases'), await left('batches')]).toEqual([1, 0, 1]);
    });
  });
});
