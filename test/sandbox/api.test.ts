import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { WireHostname } from '../../src/sandbox/wire-hostname.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

describe('credentials and addresses', () => {
  test('a call without the token answers 403 with code 10000', async () => {
    const sandbox = await start();
    const response = await fetch(`${sandbox.url}${hostnamesPath(sandbox)}`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ success: false, result: null, errors: [{ code: 10000 }] });
  });

  test('the e-mail address and key are as good as the token', async () => {
    const sandbox = await start();
    const response = await fetch(`${sandbox.url}/zones`, {
      headers: { 'x-auth-email': sandbox.email, 'x-auth-key': sandbox.key },
    });
    expect(response.status).toBe(200);
  });

  test('a zone with a token of its own answers no other, and its calls count by themselves', async () => {
    const zones = [
      { id: 'a'.repeat(32), name: 'saas-emea.net' },
      { id: 'b'.repeat(32), name: 'saas-apac.net', token: 'apac-token' },
    ];
    const sandbox = await start({ zones, rate_limit: { quota: 2 } });
    const statusOf = async (token: string, zone: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${sandbox.url}/zones/${zone.repeat(32)}/custom_hostnames`, { headers })).status;
    };
    expect([await statusOf(sandbox.token, 'b'), await statusOf('apac-token', 'a')]).toEqual([403, 403]);
    expect([await statusOf(sandbox.token, 'a'), await statusOf(sandbox.token, 'a')]).toEqual([200, 200]);
    expect([await statusOf(sandbox.token, 'a'), await statusOf('apac-token', 'b')]).toEqual([429, 200]);
    const headers = { authorization: 'Bearer apac-token' };
    const listed = (await (await fetch(`${sandbox.url}/zones`, { headers })).json()) as { result: { name: string }[] };
    expect(listed.result.map(({ name }) => name)).toEqual(['saas-apac.net']);
  });

  test('the token can be verified until it is revoked', async () => {
    const sandbox = await start();
    expect(await call(sandbox, 'GET', '/user/tokens/verify')).toMatchObject({
      status: 200,
      result: { status: 'active' },
    });
    sandbox.revokeToken();
    expect(await call(sandbox, 'GET', '/user/tokens/verify')).toMatchObject({ status: 401, code: 1000 });
    expect(await call(sandbox, 'GET', '/zones')).toMatchObject({ status: 403, code: 10000 });
  });

  test('a zone is found by its name', async () => {
    const sandbox = await start();
    const found = await call<{ id: string }[]>(sandbox, 'GET', '/zones?name=saas-platform.net');
    expect(found.result.map(({ id }) => id)).toEqual([sandbox.zones[0]?.id]);
    expect((await call(sandbox, 'GET', '/zones?name=other-platform.net')).result).toEqual([]);
    expect((await call<{ name: string }>(sandbox, 'GET', `/zones/${sandbox.zones[0]?.id}`)).result.name).toBe(
      'saas-platform.net',
    );
  });

  test('an address that leads nowhere answers 7003, a hostname that is not there 1436', async () => {
    const sandbox = await start();
    expect(await call(sandbox, 'GET', '/zones/short/custom_hostnames')).toMatchObject({ code: 7003 });
    expect(await call(sandbox, 'GET', hostnamesPath(sandbox, SHOP.id))).toMatchObject({ status: 404, code: 1436 });
    expect(await call(sandbox, 'GET', hostnamesPath(sandbox, 'x'))).toMatchObject({ status: 400, code: 1435 });
  });
});

describe('the life of a hostname', () => {
  test('creating answers 201 without tokens, which appear seconds later', async () => {
    const sandbox = await start();
    const created = await call(sandbox, 'POST', hostnamesPath(sandbox), {
      hostname: 'shop.acme-store.net',
      ssl: { method: 'txt', type: 'dv' },
    });
    expect(created.status).toBe(201);
    expect(created.result.ssl).toMatchObject({ status: 'initializing', method: 'txt' });
    expect(created.result.ssl?.validation_records).toBeUndefined();
    sandbox.clock.advance(6_000);
    const { result } = await call(sandbox, 'GET', hostnamesPath(sandbox, created.result.id));
    expect(result.ssl?.status).toBe('pending_validation');
    expect(result.ssl?.validation_records?.[0]?.txt_name).toBe('_acme-challenge.shop.acme-store.net');
  });

  test('a served hostname migrated to another authority becomes active again, with a new certificate pack', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: { certificate_authority: 'google' } }] });
    const before = sandbox.hostname(SHOP.id);
    const edited = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), {
      ssl: { method: 'http', type: 'dv', certificate_authority: 'lets_encrypt', settings: {} },
    });
    expect(edited.status).toBe(202);
    expect(edited.result.ssl).toMatchObject({ status: 'initializing', certificate_authority: 'lets_encrypt' });
    expect(edited.result.ssl?.id).toBe(before?.ssl?.id);
    sandbox.clock.advance(10 * 60_000);
    const after = sandbox.hostname(SHOP.id);
    expect(after?.ssl?.status).toBe('active');
    expect(after?.ssl?.id).not.toBe(before?.ssl?.id);
  });

  test('an edit of the metadata leaves the certificate alone', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: {}, custom_metadata: { plan: 'pro', tenant: 't-1' } }] });
    const { result } = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), {
      custom_metadata: { plan: 'free' },
    });
    expect(result.custom_metadata).toEqual({ plan: 'free' });
    expect(result.ssl?.status).toBe('active');
  });

  test('numbers of metadata keep their digits, those too that JavaScript does not know', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    const path = hostnamesPath(sandbox, SHOP.id);
    const headers = { authorization: `Bearer ${sandbox.token}` };
    const text = '"custom_metadata":{"id":9007199254740993,"big":1e400,"plan":"pro"}';
    await fetch(`${sandbox.url}${path}`, { method: 'PATCH', headers, body: `{${text}}` });
    for (const shown of [
      `${sandbox.url}${path}`,
      `${sandbox.url}${hostnamesPath(sandbox)}`,
      `${sandbox.controlUrl}/state`,
    ]) {
      expect(await (await fetch(shown, { headers })).text()).toContain(text);
    }
  });

  test('settings an ssl object does not name are reset, and the judge says so', async () => {
    const sandbox = await start({
      hostnames: [{ ...SHOP, ssl: { settings: { http2: 'on', min_tls_version: '1.2' } } }],
    });
    const { result } = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), {
      ssl: { method: 'http', type: 'dv', settings: { min_tls_version: '1.3' } },
    });
    expect(result.ssl?.settings).toEqual({ min_tls_version: '1.3' });
    expect(sandbox.judge().settings_lost).toEqual([{ hostname: SHOP.hostname, members: ['ssl.settings.http2'] }]);
  });

  test('deleting answers the bare id, and the hostname can be read for a while beside a new one of its name', async () => {
    const sandbox = await start({ hostnames: [SHOP], clock: { speed: 0 } });
    const path = hostnamesPath(sandbox, SHOP.id);
    const listed = async () => {
      const { result } = await call<WireHostname[]>(
        sandbox,
        'GET',
        `${hostnamesPath(sandbox)}?hostname=${SHOP.hostname}`,
      );
      return result.map(({ id, status }) => [id === SHOP.id, status]);
    };
    expect((await call(sandbox, 'DELETE', path)).envelope).toEqual({ id: SHOP.id });
    expect((await call(sandbox, 'GET', path)).result).toMatchObject({ id: SHOP.id, status: 'pending_deletion' });
    for (const method of ['PATCH', 'DELETE']) {
      expect(await call(sandbox, method, path, {})).toMatchObject({ status: 404, code: 1436 });
    }
    expect(sandbox.hostname(SHOP.hostname)).toBeUndefined();
    const { status } = await call(sandbox, 'POST', hostnamesPath(sandbox), { hostname: SHOP.hostname });
    expect(status).toBe(201);
    sandbox.clock.advance(60_000);
    expect(await listed()).toEqual([
      [true, 'deleted'],
      [false, 'pending'],
    ]);
    sandbox.clock.advance(3_600_000);
    expect(await listed()).toEqual([[false, 'pending']]);
    expect(await call(sandbox, 'GET', path)).toMatchObject({ code: 1436 });
  });

  test.each([0, 1])(
    'of two hostnames of one name the deleted one leaves it to the other, loaded as number %d',
    async (at) => {
      const dead = { ...SHOP, id: '99999999-2222-4333-8444-000000000000', status: 'deleted' };
      const sandbox = await start({ hostnames: at === 0 ? [dead, SHOP] : [SHOP, dead] });
      expect(sandbox.hostname(SHOP.hostname)?.id).toBe(SHOP.id);
      expect(sandbox.hostname(dead.id)?.status).toBe('deleted');
      expect(sandbox.count()).toBe(2);
    },
  );
});

describe('lists', () => {
  test('pages together hold every hostname once', async () => {
    const sandbox = await start({ seeds: [{ count: 123 }] });
    const seen = new Set<string>();
    for (let page = 1; page <= 3; page += 1) {
      const { result, envelope } = await call<WireHostname[]>(
        sandbox,
        'GET',
        `${hostnamesPath(sandbox)}?page=${page}&per_page=50`,
      );
      for (const { id } of result) seen.add(id);
      expect(envelope.result_info).toMatchObject({ page, per_page: 50, total_count: 123, total_pages: 3 });
    }
    expect(seen.size).toBe(123);
  });

  test('a page larger than the zone gives is refused, or silently cut, as the knob says', async () => {
    const refusing = await start({ knobs: { per_page_max: 50 } });
    expect((await call(refusing, 'GET', `${hostnamesPath(refusing)}?per_page=1000`)).status).toBe(400);
    const cutting = await start({ knobs: { per_page_max: 50, per_page_over: 'cap' }, seeds: [{ count: 60 }] });
    const { result } = await call<WireHostname[]>(cutting, 'GET', `${hostnamesPath(cutting)}?per_page=1000`);
    expect(result).toHaveLength(50);
  });

  test('filters find by name, status and certificate', async () => {
    const sandbox = await start({ seeds: [{ count: 400 }] });
    const { result } = await call<WireHostname[]>(
      sandbox,
      'GET',
      `${hostnamesPath(sandbox)}?hostname_status=moved&per_page=1000`,
    );
    expect(result.length).toBeGreaterThan(0);
    expect(new Set(result.map(({ status }) => status))).toEqual(new Set(['moved']));
    const [first] = result;
    const named = await call<WireHostname[]>(sandbox, 'GET', `${hostnamesPath(sandbox)}?hostname=${first?.hostname}`);
    expect(named.result.map(({ id }) => id)).toEqual([first?.id]);
  });
});

describe('closing', () => {
  test('ends calls that are under way, however long they would take', async () => {
    const sandbox = await start({ latency: { min_ms: 3_600_000, max_ms: 3_600_000 } });
    const underWay = call(sandbox, 'GET', '/zones').catch((error: unknown) => error);
    await sandbox.close();
    expect(await underWay).toBeInstanceOf(Error);
  });

  test('leaves the port free for the next', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.close();
    const second = await start({ port });
    expect(second.url).toBe(first.url);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'SANDBOX_PORT' });
  });
});
