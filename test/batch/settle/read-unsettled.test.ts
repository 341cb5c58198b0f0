import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reads } from '../../../src/batch/dispatch/list-pages.ts';
import { readUnsettled, type UnsettledReading, type ZoneSize } from '../../../src/batch/settle/read-unsettled.ts';
import { CloudflareClient, type ListFilter } from '../../../src/cloudflare/client.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import { newLaneJob, type ReadJob } from '../../../src/lane/lane-job.ts';
import { callForRead } from '../../../src/lane/make-call.ts';
import type { Knobs } from '../../../src/sandbox/knobs.ts';
import { DEFAULT_ZONE } from '../../../src/sandbox/sandbox-options.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { type BatchId, HostrollError, type ZoneId } from '../../../src/terms.ts';

const ZONE = DEFAULT_ZONE.id as ZoneId;
const HOSTNAMES = 1_000;
const PENDING = 60;

/** A zone of 1,000 hostnames, the last 60 of them waiting for their customer, and reads of it as a worker makes them. */
async function zoneWith(knobs: Partial<Knobs>) {
  const api = await startSandbox({
    no_limits: true,
    clock: { speed: 0 },
    knobs: { per_page_max: 50, ...knobs },
    hostnames: Array.from({ length: HOSTNAMES }, (_, at) => ({
      hostname: `shop-${at + 1}.acme-store.net`,
      status: 'active',
      ssl: { status: at < HOSTNAMES - PENDING ? 'active' : 'pending_validation', method: 'txt', wildcard: false },
      dns: { token_after_ms: null, routed_after_ms: null, ownership_after_ms: 0 },
    })),
  });
  const client = new CloudflareClient({ baseUrl: api.url, credential: { kind: 'token', token: api.token } });
  onTestFinished(async () => {
    await client.close();
    await api.close();
  });
  const lane: Reads = {
    batch: '20260101-120000-abcd' as BatchId,
    read: async (job) => {
      const answer = await callForRead(client, newLaneJob(job) as ReadJob);
      if (!answer.ok) throw new HostrollError(answer.failure.code, answer.failure.message);
      return answer.value;
    },
  };
  const whole = await lane.read({ batch: lane.batch, key: 'all', kind: 'page', zone_id: ZONE, page: 1, per_page: 50 });
  const all: LiveHostname[] = [...(whole.hostnames ?? [])];
  for (let page = 2; page <= HOSTNAMES / 50; page++) {
    const read = await lane.read({ batch: lane.batch, key: 'a', kind: 'page', zone_id: ZONE, page, per_page: 50 });
    all.push(...(read.hostnames ?? []));
  }
  return { api, lane, all };
}

/** Looks for `wanted`; resolves with what it took, the calls it made, and what it found out about the zone. */
async function look(
  { api, lane }: Awaited<ReturnType<typeof zoneWith>>,
  wanted: readonly LiveHostname[],
  { filters = [], size }: { filters?: ListFilter[]; size?: ZoneSize } = {},
) {
  const open = new Set(wanted.map(({ id }) => id));
  const taken = new Map<string, LiveHostname>();
  const before = api.judge().calls.all;
  const given: UnsettledReading = {
    tag: 'look',
    zone: ZONE,
    wanted: open.size,
    filters,
    size,
    stop: new AbortController().signal,
    take: async (hostnames) => {
      for (const live of hostnames) if (open.has(live.id)) taken.set(live.id, live);
      return taken.size;
    },
    missing: async function* () {
      for (const id of open) if (!taken.has(id)) yield { key: `row-${id}`, id };
    },
  };
  const found = await readUnsettled(lane, given);
  return { taken, calls: api.judge().calls.all - before, size: found };
}

const PENDING_VALIDATION: ListFilter = { ssl_status: 'pending_validation' };

describe('a look at a zone', () => {
  it.each(['filtered', 'all'] as const)(
    'reads the list of the status its hostnames were in, however the API counts it: %s',
    async (total_count) => {
      const zone = await zoneWith({ total_count });
      const pending = zone.all.slice(-PENDING);
      const first = await look(zone, pending);
      // One page of 1,000 is refused before pages of 50 are asked for; as the last of them is full, one more is.
      expect([first.taken.size, first.calls]).toEqual([PENDING, 1 + 20 + 1]);
      const second = await look(zone, pending, {
        filters: [PENDING_VALIDATION],
        ...(first.size && { size: first.size }),
      });
      expect([second.taken.size, second.calls]).toEqual([PENDING, 2]);
    },
  );

  it('asks for what has left that list one by one, and so sees it active', async () => {
    const zone = await zoneWith({});
    const [one, other] = zone.all;
    if (one === undefined || other === undefined) throw new Error('the zone is empty');
    const wanted = [one, other, ...zone.all.slice(-PENDING)];
    const size = { pages: 20, perPage: 50, filtersPay: true };
    const { taken, calls } = await look(zone, wanted, { filters: [PENDING_VALIDATION], size });
    expect([taken.size, calls]).toEqual([PENDING + 2, 2 + 2]);
    expect(taken.get(one.id)?.ssl?.status).toBe('active');
  });

  it('reads the whole zone where most have left the list', async () => {
    const zone = await zoneWith({});
    const size = { pages: 20, perPage: 50, filtersPay: true };
    const { taken, calls } = await look(zone, zone.all, { filters: [PENDING_VALIDATION], size });
    expect([taken.size, calls]).toEqual([HOSTNAMES, 2 + 20 + 1]);
  });

  it('looks a few hostnames up, and gives a list up for good that is longer than them', async () => {
    const zone = await zoneWith({});
    const wanted = zone.all.slice(-4);
    const known = { pages: 20, perPage: 5, filtersPay: true };
    const first = await look(zone, wanted, { filters: [PENDING_VALIDATION], size: known });
    expect(first.taken.size).toBe(4);
    expect(first.size?.filtersPay).toBe(false);
    const second = await look(zone, wanted, { filters: [PENDING_VALIDATION], ...(first.size && { size: first.size }) });
    expect([second.taken.size, second.calls]).toEqual([4, 4]);
  });

  it('looks the only one up', async () => {
    const zone = await zoneWith({});
    const { taken, calls } = await look(zone, zone.all.slice(-1));
    expect([taken.size, calls]).toEqual([1, 1]);
  });
});
