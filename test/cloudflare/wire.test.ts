import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHostnameResult } from '../../src/cloudflare/wire.ts';
import { desiredBody } from '../../src/hostname/desired.ts';
import { planDiff } from '../../src/hostname/plan-diff.ts';
import { AT, answering, good, ID, rawServer, wireHostname, ZONE } from './raw-server.ts';

const ssl = (more: object) => parseHostnameResult(wireHostname({ ssl: { status: 'active', ...more } }), ZONE)?.ssl;

describe('a hostname from the API', () => {
  it('keeps statuses that no version has heard of', () => {
    const live = parseHostnameResult(wireHostname({ status: 'teleporting', ssl: { status: 'quantum' } }), ZONE);
    expect(live).toMatchObject({ status: 'teleporting', ssl: { status: 'quantum' } });
  });

  it('keeps every setting, also unknown ones, and metadata with its types', () => {
    const settings = { http2: 'on', http3: 'on', ciphers: ['AES128-SHA'], new_thing: { deep: [1] } };
    const custom_metadata = { plan: 'gold', seats: 5, vip: true, gone: null };
    const live = parseHostnameResult(wireHostname({ custom_metadata, ssl: { status: 'active', settings } }), ZONE);
    expect(live).toMatchObject({ custom_metadata, ssl: { settings } });
  });

  it('has no certificate where ssl is absent or null', () => {
    for (const none of [undefined, null]) {
      expect(parseHostnameResult(wireHostname({ ssl: none }), ZONE)).not.toHaveProperty('ssl');
    }
  });

  it('takes empty texts as unset, so that they are not sent back', () => {
    const live = parseHostnameResult(wireHostname({ custom_origin_server: '', custom_origin_sni: null }), ZONE);
    expect(live).not.toHaveProperty('custom_origin_server');
    expect(live).not.toHaveProperty('custom_origin_sni');
    expect(ssl({ certificate_authority: '', uploaded_on: '', custom_csr_id: '' })).toEqual({ status: 'active' });
  });

  it.each([{ uploaded_on: '2026-01-01T00:00:00Z' }, { custom_csr_id: ID }, { custom_certificate: 'PEM' }])(
    'is told to serve an uploaded certificate by %j',
    (sign) => expect(ssl(sign)).toEqual({ status: 'active', uploaded: true }),
  );

  it('keeps the records to publish and what validation complains about', () => {
    const validation_records = [{ status: 'pending', txt_name: '_acme-challenge.shop.acme-store.net', txt_value: 'v' }];
    const validation_errors = [{ message: 'caa_error: blocked' }];
    expect(ssl({ validation_records, validation_errors })).toMatchObject({
      validation_records,
      validation_errors: ['caa_error: blocked'],
    });
  });

  it('is in lower case by name and knows its zone', () => {
    expect(parseHostnameResult(wireHostname({ hostname: 'Shop.Acme-Store.net' }), ZONE)).toMatchObject({
      hostname: 'shop.acme-store.net',
      zone_id: ZONE,
    });
  });

  it('is none without id or name, and nothing at all makes the reading fail', () => {
    for (const value of [null, [], 'text', {}, { id: ID }, { hostname: 'a.b' }, { id: 7, hostname: 'a.b' }]) {
      expect(parseHostnameResult(value, ZONE)).toBeUndefined();
    }
    const odd = fc.record({
      id: fc.constant(ID),
      hostname: fc.constant('a.b.net'),
      ssl: fc.jsonValue(),
      status: fc.jsonValue(),
    });
    fc.assert(
      fc.property(odd, (value) => {
        const live = parseHostnameResult(value, ZONE);
        expect(typeof live?.status).toBe('string');
        if (live?.ssl !== undefined) expect(typeof live.ssl.status).toBe('string');
      }),
    );
  });
});

it('Numbers of metadata that this process does not know go back as they came', async () => {
  const custom_metadata = '{"tenant_id":9007199254740993,"f":1e400,"plan":"free"}';
  const text = JSON.stringify(good(wireHostname())).replace(
    '"status"',
    `"custom_metadata":${custom_metadata},"status"`,
  );
  const { client, seen } = await rawServer(answering(200, text));
  const read = await client.getHostname(AT);
  if (!read.ok) throw new Error(read.failure.message);
  const body = desiredBody({ custom_metadata: { plan: 'gold' } }, read.value, { untyped: true });
  await client.editHostname(AT, body);
  expect(seen[1]?.body).toBe('{"custom_metadata":{"tenant_id":9007199254740993,"f":1e400,"plan":"gold"}}');
  expect(planDiff({ custom_metadata: read.value.custom_metadata ?? {} }, body).map(({ path }) => path)).toEqual([
    'custom_metadata.plan',
  ]);
  const same = desiredBody({ custom_metadata: { tenant_id: '9007199254740993' } }, read.value, { untyped: true });
  expect(same.custom_metadata).toEqual(read.value.custom_metadata);
});
