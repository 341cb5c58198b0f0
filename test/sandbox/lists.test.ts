import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/sandbox/knobs.ts';
import { listHostnames } from '../../src/sandbox/list-hostnames.ts';
import { loadHostname } from '../../src/sandbox/load-hostname.ts';
import { entitlementsOf } from '../../src/sandbox/plans.ts';
import { seedHostnames } from '../../src/sandbox/seed-hostnames.ts';
import { SEED_KINDS } from '../../src/sandbox/seed-kind.ts';
import type { StoredHostname } from '../../src/sandbox/stored-hostname.ts';
import type { WireHostname } from '../../src/sandbox/wire-hostname.ts';
import { addRecord, newZone, removeRecord, type Zone } from '../../src/sandbox/zone-store.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const AT = { now: Date.UTC(2026, 0, 2), fallbackFrom: 0 };

const zoneOf = (count: number): { zone: Zone; records: StoredHostname[] } => {
  const records: StoredHostname[] = [];
  const zone = newZone(
    { id: 'a'.repeat(32), name: 'saas-platform.net', plan: 'pro', entitlements: entitlementsOf('pro') },
    0,
    records,
    AT.now,
  );
  for (const given of seedHostnames({ count }))
    addRecord(zone, loadHostname(given, records.length, 0, AT.now), records);
  return { zone, records };
};

describe('pages', () => {
  test('together hold every hostname that the filters let through once, whatever their size and order', () => {
    const { zone } = zoneOf(300);
    const query = fc.record({
      per_page: fc.integer({ min: 5, max: 1000 }).map(String),
      direction: fc.constantFrom('asc', 'desc'),
      order: fc.constantFrom(undefined, 'ssl', 'ssl_status'),
      ssl_status: fc.constantFrom(undefined, 'active', 'pending_validation'),
      'hostname.contain': fc.constantFrom(undefined, 'shop', '.com'),
    });
    fc.assert(
      fc.property(query, (wanted) => {
        const search = new URLSearchParams(
          Object.entries(wanted).filter(([, value]) => value !== undefined) as [string, string][],
        );
        const seen: StoredHostname[] = [];
        for (let page = 1, pages = 1; page <= pages; page += 1) {
          search.set('page', String(page));
          const { records, info } = listHostnames(zone, search, AT, DEFAULT_KNOBS);
          expect(info.count).toBe(records.length);
          pages = info.total_pages;
          seen.push(...records);
        }
        const expected = zone.records.filter(
          ({ ssl, hostname }) =>
            (wanted.ssl_status === undefined || ssl?.status === wanted.ssl_status) &&
            hostname.includes(wanted['hostname.contain'] ?? ''),
        );
        expect(new Set(seen)).toEqual(new Set(expected));
        expect(seen).toHaveLength(expected.length);
      }),
      { numRuns: 60 },
    );
  });

  test('find a hostname by name or id, also after others were deleted and created', () => {
    const { zone, records } = zoneOf(500);
    fc.assert(
      fc.property(fc.array(fc.nat(499), { maxLength: 40 }), (gone) => {
        const removed = [...new Set(gone)].map((row) => records[row]).filter((record) => record !== undefined);
        for (const record of removed) removeRecord(zone, record);
        for (const record of removed)
          expect(zone.byId.has(record.id) || zone.byHostname.has(record.hostname)).toBe(false);
        for (const record of zone.records) expect(zone.byId.get(record.id)).toBe(record);
        for (const record of removed) {
          zone.records.push(record);
          zone.byId.add(record);
          zone.byHostname.add(record);
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['per_page=4', 1400],
    ['per_page=1001', 1400],
    ['page=0', 1400],
    ['id=short', 1435],
    ['hostname.exact=a&hostname.contain=b', 1437],
    [`id=${SHOP.id}&hostname=a.acme-store.net`, 1438],
  ])('refuse %s with %d', async (query, code) => {
    const sandbox = await start({ hostnames: [SHOP] });
    expect(await call(sandbox, 'GET', `${hostnamesPath(sandbox)}?${query}`)).toMatchObject({ status: 400, code });
  });

  test.each([
    ['hostname=shop.acme-store.net', 1],
    ['hostname.exact=shop.acme-store.net', 1],
    ['hostname.startsWith=sh', 1],
    ['hostname.contain=acme', 2],
    [`id=${SHOP.id}`, 1],
    ['hostname_status=pending', 1],
    ['ssl_status=active', 1],
    ['ssl=0', 1],
    ['certificate_authority=google', 1],
    ['custom_origin_server=o1.saas-platform.net', 1],
    ['wildcard=true', 0],
  ])('with %s hold %d', async (query, count) => {
    const bare = { hostname: 'app.acme-store.net', status: 'pending', custom_origin_server: 'o1.saas-platform.net' };
    const sandbox = await start({ hostnames: [SHOP, bare] });
    const { result, envelope } = await call<WireHostname[]>(sandbox, 'GET', `${hostnamesPath(sandbox)}?${query}`);
    expect(result).toHaveLength(count);
    expect(envelope.result_info).toMatchObject({ count, total_count: count });
  });
});

describe('seeded hostnames', () => {
  test('are the same for the same seed, others for another, and never the same twice', () => {
    const first = [...seedHostnames({ count: 2_000 })];
    expect([...seedHostnames({ count: 2_000 })]).toEqual(first);
    expect(new Set(first.map(({ hostname }) => hostname)).size).toBe(2_000);
    expect(new Set(first.map(({ id }) => id)).size).toBe(2_000);
    expect([...seedHostnames({ count: 10, seed: 2 })]).not.toEqual(first.slice(0, 10));
  });

  test('come in every kind that the mix asks for, and in no other', () => {
    for (const kind of Object.keys(SEED_KINDS) as (keyof typeof SEED_KINDS)[]) {
      const [given] = seedHostnames({ count: 1, mix: { [kind]: 1 } });
      const { status, ...rest } = SEED_KINDS[kind];
      expect(given?.status).toBe(status);
      expect(given?.ssl === undefined).toBe(!('ssl' in rest));
    }
    expect(() => [...seedHostnames({ count: 1, mix: {} })]).toThrow(/mix/);
  });
});
