import { describe, expect, it } from 'vitest';
import type { ZoneFacts } from '../../src/cloudflare/wire.ts';
import type { Hostname } from '../../src/terms.ts';
import { AT, answering, good, ID, rawServer, TOKEN, wireHostname, ZONE } from './raw-server.ts';

describe('the request', () => {
  it('of an edit is one PATCH of the body as given', async () => {
    const { client, seen } = await rawServer(answering(202, good(wireHostname())));
    const body = { custom_metadata: { plan: 'gold', seats: 5, vip: true, note: 'é"\n' } };
    expect((await client.editHostname(AT, body)).ok).toBe(true);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'PATCH', url: `/client/v4/zones/${ZONE}/custom_hostnames/${ID}` });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(seen[0]?.headers).not.toHaveProperty('x-auth-key');
  });

  it('of a read has no body, and e-mail and key where there is no token', async () => {
    const credential = { kind: 'key', email: 'ops@acme-store.net', key: 'k'.repeat(37) } as const;
    const { client, seen } = await rawServer(answering(200, good(wireHostname())), { credential });
    expect((await client.getHostname(AT)).ok).toBe(true);
    expect(seen[0]).toMatchObject({ method: 'GET', url: `/client/v4/zones/${ZONE}/custom_hostnames/${ID}`, body: '' });
    expect(seen[0]?.headers).toMatchObject({ 'x-auth-email': 'ops@acme-store.net', 'x-auth-key': 'k'.repeat(37) });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is sent once, also where the answer would invite another', async () => {
    for (const status of [408, 409, 429, 500, 503]) {
      const { client, seen } = await rawServer(answering(status, good(null), { 'retry-after': '0' }));
      await client.editHostname(AT, {});
      expect(seen).toHaveLength(1);
    }
  });

  it('for a wildcard name or a zone name is escaped', async () => {
    const { client, seen } = await rawServer(answering(200, good([])));
    await client.findHostname(ZONE, '*.acme-store.net' as Hostname);
    await client.findZone('acme&store.net');
    const queries = seen.map(({ url }) => new URL(url, 'http://a').searchParams);
    expect(queries[0]?.get('hostname')).toBe('*.acme-store.net');
    expect(queries[1]?.get('name')).toBe('acme&store.net');
  });

  it('goes to the same place with or without a slash at the end of the base URL', async () => {
    const { baseUrl, seen, client } = await rawServer(answering(200, good([])));
    await client.listHostnames(ZONE, 2, 1_000);
    const slashed = await rawServer(answering(200, good([])), { baseUrl: `${baseUrl}//` });
    await slashed.client.listHostnames(ZONE, 2, 1_000);
    expect(seen.map(({ url }) => url)).toEqual(
      Array.from({ length: 2 }, () => `/client/v4/zones/${ZONE}/custom_hostnames?page=2&per_page=1000`),
    );
  });
});

describe('the answer', () => {
  it('to a list tells what the API tells about pages, and only that', async () => {
    const info = { page: 1, per_page: 50, count: 1, total_count: 120, total_pages: 3 };
    const whole = await rawServer(answering(200, good([wireHostname()], { result_info: info })));
    expect(await whole.client.listHostnames(ZONE, 1, 1_000)).toMatchObject({
      ok: true,
      value: { hostnames: [{ id: ID, zone_id: ZONE }], per_page: 50, total_count: 120 },
    });
    for (const result_info of [undefined, null, { per_page: 'many' }]) {
      const { client } = await rawServer(answering(200, good([wireHostname()], { result_info })));
      const answer = await client.listHostnames(ZONE, 1, 1_000);
      expect(answer.ok && Object.keys(answer.value)).toEqual(['hostnames']);
    }
  });

  it('leaves entries out that are no hostnames, and names them', async () => {
    const odd = [
      { hostname: 'odd.acme-store.net' },
      { id: ID },
      null,
      wireHostname({ id: '../../user/tokens/verify?x=' }),
    ];
    const { client } = await rawServer(answering(200, good([wireHostname(), ...odd])));
    expect(await client.listHostnames(ZONE, 1, 50)).toMatchObject({
      ok: true,
      value: {
        hostnames: [{ id: ID }],
        left_out: ['odd.acme-store.net', ID, 'an entry without a name', 'shop.acme-store.net'],
      },
    });
  });

  it('is no list where it holds nothing that is a hostname', async () => {
    const { client } = await rawServer(answering(200, good([{ name: 'odd' }, null])));
    expect(await client.listHostnames(ZONE, 1, 50)).toMatchObject({ ok: false, failure: { code: 'CF_BAD_ANSWER' } });
  });

  it.each([
    ['texts', ['Quota is nearly used.']],
    ['objects', [{ code: 1, message: 'Quota is nearly used.' }]],
    ['null', null],
    ['something new', { a: 1 }],
  ])('is read with messages as %s', async (_name, messages) => {
    const { client } = await rawServer(answering(202, good(wireHostname(), { messages, errors: null })));
    expect(await client.editHostname(AT, {})).toMatchObject({ ok: true, value: { status: 'active' } });
  });

  it('carries what is left of each quota, good or bad', async () => {
    const headers = { Ratelimit: '"default";r=50;t=30, "burst";r=0;t=2', 'Ratelimit-Policy': '"default";q=1200;w=300' };
    for (const status of [200, 429, 500]) {
      const { client } = await rawServer(answering(status, good(wireHostname()), headers));
      expect((await client.getHostname(AT)).quotas).toEqual([
        { remaining: 50, reset_ms: 30_000, quota: 1_200 },
        { remaining: 0, reset_ms: 2_000 },
      ]);
    }
  });

  it('to a search for a zone is none where it holds anything but zones', async () => {
    for (const result of [
      [{}],
      [null],
      [{ id: 7 }],
      [{ id: 'short', name: 'acme-store.net' }],
      [{ id: ZONE }],
      {},
      null,
    ]) {
      const { client } = await rawServer(answering(200, good(result)));
      expect(await client.findZone('acme-store.net')).toMatchObject({ failure: { code: 'CF_BAD_ANSWER' } });
    }
  });

  it('to a search for a zone is of that zone alone', async () => {
    const other = { id: ZONE.replace('0', '9'), name: 'acme-stores.net' };
    const both = await rawServer(answering(200, good([other, { id: ZONE, name: 'Acme-Store.net' }])));
    expect(await both.client.findZone('acme-store.net')).toMatchObject({
      ok: true,
      value: [{ id: ZONE, name: 'Acme-Store.net' }],
    });
    const wrong = await rawServer(answering(200, good([other])));
    expect(await wrong.client.findZone('acme-store.net')).toMatchObject({ failure: { code: 'CF_BAD_ANSWER' } });
  });

  it('to a search for a name is about that name, or in doubt', async () => {
    const name = 'shop.acme-store.net' as Hostname;
    const found = async (...names: string[]) => {
      const list = names.map((hostname) => wireHostname({ hostname }));
      return (await rawServer(answering(200, good(list)))).client.findHostname(ZONE, name);
    };
    expect(await found(`www.${name}`, name)).toMatchObject({ value: { hostnames: [{ hostname: name }] } });
    expect(await found(`www.${name}`)).toMatchObject({ ok: true, value: { hostnames: [] } });
    expect(await found('a.acme-store.net')).toMatchObject({ failure: { code: 'CF_BAD_ANSWER' } });
  });

  it('carries its ray, good or bad, and nothing else that stands in that place', async () => {
    const of = async (status: number, ray: string) => {
      const { client } = await rawServer(answering(status, good(wireHostname()), { 'cf-ray': ray }));
      return client.getHostname(AT);
    };
    expect(await of(200, '8f1e2d3c4b5a6978-FRA')).toMatchObject({ ok: true, cf_ray: '8f1e2d3c4b5a6978-FRA' });
    expect(await of(500, '8f1e2d3c4b5a6978-FRA')).toMatchObject({ failure: { cf_ray: '8f1e2d3c4b5a6978-FRA' } });
    expect(await of(500, '<script>')).not.toHaveProperty('failure.cf_ray');
  });

  it('to a question for a zone is what it tells of it, its plan by its legacy id, else by its name', async () => {
    const zone = { id: ZONE, name: 'acme-store.net' };
    const answered = async (result: unknown) => (await rawServer(answering(200, good(result)))).client;
    const plan = { id: '1', name: 'Pro Website', legacy_id: 'pro' };
    expect(await (await answered([{ ...zone, plan }])).findZone('acme-store.net')).toMatchObject({
      value: [{ ...zone, plan: 'pro' }],
    });
    const { legacy_id: _, ...named } = plan;
    expect(await (await answered({ ...zone, plan: named })).getZone(ZONE)).toMatchObject({
      value: [{ ...zone, plan: 'Pro Website' }],
    });
    for (const odd of [undefined, null, 'pro', {}, { legacy_id: 7 }]) {
      const { value } = (await (await answered({ ...zone, plan: odd })).getZone(ZONE)) as { value: ZoneFacts[] };
      expect(value).toEqual([zone]);
    }
  });
});
