import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/terms.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const DV = { method: 'http', type: 'dv' };

describe('an ssl object', () => {
  test('equal to the stored one leaves an active certificate alone, unless the knob says otherwise', async () => {
    const calm = await start({ hostnames: [SHOP] });
    expect((await call(calm, 'PATCH', hostnamesPath(calm, SHOP.id), { ssl: DV })).result.ssl?.status).toBe('active');
    expect(calm.judge().rechecked_active).toEqual([SHOP.hostname]);
    const eager = await start({ hostnames: [SHOP], knobs: { equal_ssl_on_active: 'reissue' } });
    const { result } = await call(eager, 'PATCH', hostnamesPath(eager, SHOP.id), { ssl: DV });
    expect(result.ssl?.status).toBe('initializing');
  });

  test('equal to the stored one keeps live tokens, unless the knob says otherwise', async () => {
    const pending = { ...SHOP, ssl: { status: 'pending_validation' }, dns: { routed_after_ms: null } };
    for (const [rotate, same] of [
      ['when_stale', true],
      ['always', false],
    ] as const) {
      const sandbox = await start({ hostnames: [pending], knobs: { rotate_tokens: rotate } });
      const before = sandbox.hostname(SHOP.id)?.ssl?.validation_records;
      await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { ssl: DV });
      sandbox.clock.advance(6 * SECOND);
      const after = sandbox.hostname(SHOP.id)?.ssl?.validation_records;
      expect(after).toBeDefined();
      expect(JSON.stringify(after) === JSON.stringify(before)).toBe(same);
    }
  });

  test('with another method is applied to an active certificate, or ignored, as the knob says', async () => {
    for (const [knob, method] of [
      ['apply', 'txt'],
      ['ignore', 'http'],
    ] as const) {
      const sandbox = await start({ hostnames: [SHOP], knobs: { method_on_active: knob } });
      const { result, status } = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), {
        ssl: { method: 'txt', type: 'dv' },
      });
      expect(status).toBe(202);
      expect(result.ssl?.method).toBe(method);
    }
  });

  test('that does not name wildcard, bundle method and settings resets them, or keeps them, as the knobs say', async () => {
    const stored = { method: 'txt', wildcard: true, bundle_method: 'optimal', settings: { http2: 'on' } };
    const ssl = { method: 'txt', type: 'dv' };
    const harsh = await start({ hostnames: [{ ...SHOP, ssl: stored }] });
    const reset = await call(harsh, 'PATCH', hostnamesPath(harsh, SHOP.id), { ssl });
    expect(reset.result.ssl).toMatchObject({ wildcard: false, bundle_method: 'ubiquitous', settings: {} });
    expect(harsh.judge().settings_lost).toEqual([
      { hostname: SHOP.hostname, members: ['ssl.settings.http2', 'ssl.wildcard', 'ssl.bundle_method'] },
    ]);
    const knobs = { ssl_omitted: 'keep', settings_omitted: 'keep' } as const;
    const mild = await start({ hostnames: [{ ...SHOP, ssl: stored }], knobs });
    const kept = await call(mild, 'PATCH', hostnamesPath(mild, SHOP.id), { ssl });
    expect(kept.result.ssl).toMatchObject(stored);
    expect(mild.judge().settings_lost).toEqual([]);
  });

  test('on a hostname without a certificate orders its first', async () => {
    const sandbox = await start({ hostnames: [{ id: SHOP.id, hostname: SHOP.hostname }] });
    expect(sandbox.hostname(SHOP.id)?.ssl).toBeUndefined();
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { ssl: DV });
    sandbox.clock.advance(5 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('active');
  });

  test('without type or method is refused with 1440, with 1434, or passes without effect, as the knob says', async () => {
    for (const code of [1440, 1434] as const) {
      const sandbox = await start({ hostnames: [SHOP], knobs: { ssl_incomplete: code } });
      const body = { ssl: { certificate_authority: 'google' } };
      expect(await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), body)).toMatchObject({ status: 400, code });
    }
    const silent = await start({ hostnames: [SHOP], knobs: { ssl_incomplete: 'ignore' } });
    const body = { ssl: { certificate_authority: 'lets_encrypt' } };
    const { status, result } = await call(silent, 'PATCH', hostnamesPath(silent, SHOP.id), body);
    expect(status).toBe(202);
    expect(result.ssl).toMatchObject({ status: 'active', certificate_authority: 'google' });
  });

  test('sent needlessly beside another change is noticed', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { custom_metadata: { plan: 'pro' }, ssl: DV });
    expect(sandbox.judge().needless_ssl).toEqual([SHOP.hostname]);
  });
});

describe('metadata and origins', () => {
  const stored = { ...SHOP, custom_metadata: { plan: 'pro', seats: 5 }, custom_origin_server: 'o1.saas-platform.net' };

  test('metadata is replaced, or merged, as the knob says; an empty object clears it', async () => {
    for (const [metadata, expected] of [
      ['replace', { plan: 'free' }],
      ['merge', { plan: 'free', seats: 5 }],
    ] as const) {
      const sandbox = await start({ hostnames: [stored], knobs: { metadata } });
      const path = hostnamesPath(sandbox, SHOP.id);
      const { result } = await call(sandbox, 'PATCH', path, { custom_metadata: { plan: 'free' } });
      expect(result.custom_metadata).toEqual(expected);
      expect((await call(sandbox, 'PATCH', path, { custom_metadata: {} })).result.custom_metadata).toBeUndefined();
    }
  });

  test('an empty origin clears it; null does so only where the knob says', async () => {
    const heedless = await start({ hostnames: [stored] });
    const path = hostnamesPath(heedless, SHOP.id);
    const kept = await call(heedless, 'PATCH', path, { custom_origin_server: null, custom_metadata: null });
    expect(kept.result).toMatchObject({
      custom_origin_server: 'o1.saas-platform.net',
      custom_metadata: { plan: 'pro' },
    });
    expect(
      (await call(heedless, 'PATCH', path, { custom_origin_server: '' })).result.custom_origin_server,
    ).toBeUndefined();
    const heedful = await start({ hostnames: [stored], knobs: { null_clears: true } });
    const body = { custom_origin_server: null, custom_metadata: null };
    const cleared = await call(heedful, 'PATCH', hostnamesPath(heedful, SHOP.id), body);
    expect(cleared.result.custom_origin_server).toBeUndefined();
    expect(cleared.result.custom_metadata).toBeUndefined();
  });

  test('lists go on showing what was before an edit for as long as the knob says', async () => {
    const sandbox = await start({ hostnames: [stored], knobs: { list_lag_ms: 5 * SECOND } });
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { custom_metadata: { plan: 'free' } });
    const listed = async () =>
      (await call<{ custom_metadata: unknown }[]>(sandbox, 'GET', hostnamesPath(sandbox))).result[0]?.custom_metadata;
    expect(await listed()).toEqual({ plan: 'pro', seats: 5 });
    sandbox.clock.advance(5 * SECOND);
    expect(await listed()).toEqual({ plan: 'free' });
  });
});

describe('what is refused', () => {
  const ssl = (more: object) => ({ ssl: { ...DV, ...more } });
  test.each<[number, unknown]>([
    [1400, []],
    [1400, { ssl: 'http' }],
    [1400, { custom_metadata: ['a'] }],
    [1401, { custom_metadata: { text: 'x'.repeat(4_100) } }],
    [1439, { hostname: 'other.acme-store.net' }],
    [1415, { custom_origin_server: '192.0.2.1' }],
    [1415, { custom_origin_sni: 'sni.saas-platform.net' }],
    [1416, { custom_origin_server: 'bücher.net' }],
    [1417, { custom_origin_server: 'origin.internal' }],
    [1419, { custom_origin_server: 'origin.example.com' }],
    [1420, { custom_origin_server: '*.saas-platform.net' }],
    [1421, { custom_origin_server: 'missing.saas-platform.net' }],
    [1422, ssl({ settings: { http2: true } })],
    [1423, ssl({ settings: { tls_1_2_only: 'yes' } })],
    [1424, ssl({ settings: { tls_1_3: 'zrt' } })],
    [1425, ssl({ settings: { min_tls_version: '1.4' } })],
    [1426, ssl({ custom_certificate: 'no', custom_key: 'no' })],
    [1427, ssl({ custom_certificate: '', custom_key: '' })],
    [1430, ssl({ custom_certificate: 'x', custom_csr_id: 'x' })],
    [1431, ssl({ custom_certificate: 'x', custom_csr_id: SHOP.id })],
    [1432, ssl({ method: 'cname' })],
    [1433, ssl({ type: 'ev' })],
    [1434, ssl({ certificate_authority: 'digicert' })],
    [1434, ssl({ wildcard: true })],
    [1440, { ssl: { method: 'http' } }],
    [1442, ssl({ settings: { ciphers: ['AEAD-AES128-GCM-SHA256'] } })],
    [1443, ssl({ settings: { ciphers: ['AES128-SHA'], min_tls_version: '1.3' } })],
    [1449, ssl({ bundle_method: 'best' })],
  ])('code %d for %j, and nothing is changed', async (code, body) => {
    const zones = [{ id: 'a'.repeat(32), name: 'saas-platform.net', origins: ['o1.saas-platform.net'] }];
    const sandbox = await start({ zones, hostnames: [SHOP] });
    const before = sandbox.hostname(SHOP.id);
    const reply = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), body);
    expect(reply).toMatchObject({ code, envelope: { success: false, result: null } });
    expect(sandbox.hostname(SHOP.id)).toEqual(before);
    expect(sandbox.judge().applied.size).toBe(0);
  });

  test.each(['free', 'pro', 'business'] as const)(
    'the certificate authority, equal or not, on the plan %s',
    async (plan) => {
      const sandbox = await start({ hostnames: [SHOP], plan });
      const edit = (ssl: object) => call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { ssl: { ...DV, ...ssl } });
      const stored = sandbox.hostname(SHOP.id)?.ssl?.certificate_authority;
      expect(await edit({ certificate_authority: stored })).toMatchObject({ code: 1459, status: 400 });
      expect(await edit({ settings: { http2: 'off' } })).toMatchObject({ status: 202 });
    },
  );

  test.each([
    ['custom_metadata', 1413, { custom_metadata: { a: 'b' } }],
    ['custom_origin', 1414, { custom_origin_server: 'o1.saas-platform.net' }],
    ['wildcard', 1448, { ssl: { method: 'txt', type: 'dv', wildcard: true } }],
    ['certificate_authority', 1459, { ssl: { ...DV, certificate_authority: 'google' } }],
  ])('what needs the entitlement %s, with %d', async (entitlement, code, body) => {
    const sandbox = await start({ hostnames: [SHOP], entitlements: { [entitlement]: false } });
    expect(await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), body)).toMatchObject({ code });
  });

  test.each<[number, string]>([
    [1406, SHOP.hostname],
    [1407, 'no_dots'],
    [1407, `${'a.'.repeat(130)}net`],
    [1407, '192.0.2.1'],
    [1407, 'shop!.acme-store.net'],
    [1408, 'bücher.acme-store.net'],
    [1409, 'shop.acme.test'],
    [1410, 'co.uk'],
    [1411, 'shop.example.com'],
  ])('creating, with code %d, for %s', async (code, hostname) => {
    const sandbox = await start({ hostnames: [SHOP] });
    expect(await call(sandbox, 'POST', hostnamesPath(sandbox), { hostname })).toMatchObject({ code });
  });

  test('creating beyond the quota', async () => {
    const sandbox = await start({ hostnames: [SHOP], quota: { allocated: 1, hard_cap: 2 } });
    const billed = await call(sandbox, 'POST', hostnamesPath(sandbox), { hostname: 'a.acme-store.net' });
    expect(billed).toMatchObject({ status: 201, envelope: { messages: [expect.stringContaining('billed')] } });
    const refused = await call(sandbox, 'POST', hostnamesPath(sandbox), { hostname: 'b.acme-store.net' });
    expect(refused).toMatchObject({ status: 403, code: 1405 });
    const quota = await call(sandbox, 'GET', `${hostnamesPath(sandbox)}/quota`);
    expect(quota.result).toEqual({ allocated: 1, used: 2, exceeded: true, hard_cap: 2 });
  });
});

describe('what the field taught', () => {
  const PENDING = { ...SHOP, status: 'pending', dns: { routed_after_ms: 86_400_000 } };

  test('an empty edit validates a hostname again, and leaves its certificate alone', async () => {
    const checkedAt = async (refresh: boolean) => {
      const sandbox = await start({ hostnames: [PENDING] });
      // The hostname points here now, but Cloudflare's own next check is still to come.
      sandbox.clock.advance(86_410_000);
      const before = sandbox.hostname(SHOP.id)?.ssl;
      if (refresh) await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), {});
      expect(sandbox.hostname(SHOP.id)?.ssl).toEqual(before);
      let waited = 0;
      while (sandbox.statuses(SHOP.id)?.status !== 'active' && waited < 6 * 3_600_000) {
        sandbox.clock.advance(10_000);
        waited += 10_000;
      }
      return waited;
    };
    expect(await checkedAt(true)).toBeLessThan(await checkedAt(false));
  });

  test('the text "null" takes the certificate away', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    expect(await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { ssl: 'null' })).toMatchObject({
      status: 202,
    });
    expect(sandbox.hostname(SHOP.id)).not.toHaveProperty('ssl');
  });

  test('the firewall refuses single bodies with a page, and large pages may time out', async () => {
    const sandbox = await start({ hostnames: [SHOP], knobs: { per_page_times_out: 100 } });
    const status = async (method: string, path: string, body?: object) =>
      (
        await fetch(`${sandbox.url}/${path}`, {
          method,
          headers: { authorization: `Bearer ${sandbox.token}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      ).status;
    const zone = `zones/${sandbox.zones[0]?.id}/custom_hostnames`;
    const note = { custom_metadata: { note: '<script src=x></script>' } };
    expect(await status('PATCH', `${zone}/${SHOP.id}`, note)).toBe(403);
    expect(await status('PATCH', `${zone}/${SHOP.id}`, { custom_metadata: { note: 'plain' } })).toBe(202);
    expect([await status('GET', `${zone}?per_page=1000`), await status('GET', `${zone}?per_page=100`)]).toEqual([
      504, 200,
    ]);
  });
});
