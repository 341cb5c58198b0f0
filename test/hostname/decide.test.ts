import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide, type RowDecision } from '../../src/hostname/decide.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import type { JsonObject } from '../../src/terms.ts';
import { shop } from './generate.ts';

const decided = (change: Change, live: LiveHostname, more = {}): RowDecision =>
  decide(change, live, { untyped: false, existsElsewhere: false, ...more });
const withSsl = (more: Partial<LiveSsl>): LiveHostname => shop({ ssl: { ...shop().ssl, status: 'active', ...more } });
const withoutSsl = (): LiveHostname => {
  const { ssl: _ssl, ...rest } = shop();
  return rest;
};

describe('a row', () => {
  it('about metadata alone is the mildest of edits', () => {
    const live = shop({ custom_metadata: { plan: 'gold', seats: 5, vip: true } });
    expect(decided({ custom_metadata: { plan: 'silver', vip: null } }, live)).toEqual({
      decision: 'edit',
      body: { custom_metadata: { plan: 'silver', seats: 5 } },
      before: { custom_metadata: { plan: 'gold', seats: 5, vip: true } },
      effects: ['metadata_only'],
    });
  });

  it('that names what holds already beside what does not sends only the latter', () => {
    const decision = decided({ custom_metadata: { plan: 'gold' }, ssl: { method: 'http' } }, shop());
    expect(decision).toMatchObject({ decision: 'edit', effects: ['metadata_only'] });
    expect(decision).not.toHaveProperty('body.ssl');
  });

  it('from CSV, where all is text, does not turn a number that it repeats into text', () => {
    const live = shop({ custom_metadata: { seats: 5, vip: true, plan: 'gold' } });
    const same: Change = { custom_metadata: { seats: '5', vip: 'true' } };
    expect(decided(same, live, { untyped: true })).toMatchObject({ decision: 'skip', code: 'ALREADY_SO' });
    expect(decided(same, live)).toMatchObject({ body: { custom_metadata: { seats: '5', vip: 'true', plan: 'gold' } } });
    const more: Change = { custom_metadata: { seats: '5', plan: 'silver' } };
    expect(decided(more, live, { untyped: true })).toMatchObject({
      body: { custom_metadata: { seats: 5, vip: true, plan: 'silver' } },
    });
  });

  it('that clears what is not set is skipped, and one that clears what is set sends the empty string', () => {
    const clear: Change = { custom_origin_server: null, custom_origin_sni: null, custom_metadata: { plan: null } };
    expect(decided(clear, shop())).toMatchObject({ decision: 'skip', code: 'ALREADY_SO' });
    expect(decided(clear, shop({ custom_origin_server: 'origin.acme-store.net' }))).toMatchObject({
      decision: 'edit',
      body: { custom_origin_server: '' },
      before: { custom_origin_server: 'origin.acme-store.net' },
    });
  });

  it('that would outgrow the metadata limit together with what is there is rejected; one byte less goes', () => {
    const live = shop({ custom_metadata: { note: 'é'.repeat(1_000) } });
    // {"note":"…2,000 bytes…","plan":"…"}: 21 bytes of punctuation and names.
    const room = 4_096 - 2_000 - 21;
    expect(decided({ custom_metadata: { plan: 'x'.repeat(room) } }, live).decision).toBe('edit');
    expect(decided({ custom_metadata: { plan: 'x'.repeat(room + 1) } }, live)).toMatchObject({
      decision: 'reject',
      code: 'METADATA_TOO_LARGE',
      message: expect.stringContaining('4097'),
    });
  });

  it.each([
    ['wildcard on http', { wildcard: true }, {}, 'SSL_WILDCARD_NEEDS_TXT'],
    ['http on a wildcard', { method: 'http' }, { wildcard: true, method: 'txt' }, 'SSL_WILDCARD_NEEDS_TXT'],
    [
      'TLS 1.3 with ciphers that are there',
      { settings: { min_tls_version: '1.3' } },
      { settings: { ciphers: ['AES128-SHA'] } },
      'SSL_TLS13_WITH_CIPHERS',
    ],
    [
      'ciphers where TLS 1.3 is the minimum',
      { settings: { ciphers: ['AES128-SHA'] } },
      { settings: { min_tls_version: '1.3' } },
      'SSL_TLS13_WITH_CIPHERS',
    ],
    [
      'settings of a hostname that is still on DigiCert',
      { settings: { http2: 'off' } },
      { certificate_authority: 'digicert' },
      'SSL_AUTHORITY_RETIRED',
    ],
  ] as [string, Change['ssl'], Partial<LiveSsl>, string][])('is rejected for %s', (_name, ssl = {}, live, code) => {
    expect(decided({ ssl }, withSsl(live))).toMatchObject({ decision: 'reject', code });
    // What the API would refuse must not stand in the way of an edit that has nothing to do with it.
    expect(decided({ custom_metadata: { plan: 'gold' } }, withSsl(live)).decision).toBe('edit');
  });

  it('may turn wildcard and method together, or leave ciphers behind with TLS 1.3', () => {
    expect(decided({ ssl: { wildcard: true, method: 'txt' } }, shop()).decision).toBe('edit');
    const live = withSsl({ settings: { ciphers: ['AES128-SHA'] } });
    expect(decided({ ssl: { settings: { min_tls_version: '1.3', ciphers: [] } } }, live).decision).toBe('edit');
  });

  it('gives a hostname its first certificate only with a method', () => {
    expect(decided({ ssl: { settings: { http2: 'on' } } }, withoutSsl())).toMatchObject({ code: 'SSL_METHOD_MISSING' });
    expect(decided({ ssl: { method: 'txt' } }, withoutSsl())).toEqual({
      decision: 'edit',
      body: { ssl: { type: 'dv', method: 'txt' } },
      before: { ssl: null },
      effects: ['restarts_dcv'],
    });
  });

  it('leaves an uploaded certificate alone unless it names method and authority of a managed one', () => {
    const live = withSsl({ uploaded: true });
    for (const ssl of [
      { settings: { http2: 'off' } },
      { method: 'txt' },
      { certificate_authority: 'ssl_com' },
    ] as const) {
      expect(decided({ ssl }, live)).toMatchObject({ decision: 'reject', code: 'UPLOADED_CERTIFICATE' });
    }
    expect(decided({ ssl: { method: 'txt', certificate_authority: 'ssl_com' } }, live)).toMatchObject({
      decision: 'edit',
      effects: ['restarts_dcv', 'reissues', 'replaces_certificate', 'loses_upload'],
    });
    expect(decided({ custom_origin_server: 'origin.acme-store.net' }, live)).not.toHaveProperty('body.ssl');
  });

  it('replaces an uploaded certificate also where method and authority already read as asked for', () => {
    const ssl = { method: 'http', certificate_authority: 'google' } as const;
    expect(decided({ ssl }, withSsl({ uploaded: true }))).toMatchObject({
      decision: 'edit',
      body: { ssl },
      effects: ['restarts_dcv', 'replaces_certificate', 'loses_upload'],
    });
    expect(decided({ ssl }, shop()).decision).toBe('skip');
  });

  it('that asks for what is the default anyway restarts nothing', () => {
    for (const ssl of [{ cloudflare_branding: false }, { settings: { ciphers: [] } }]) {
      expect(decided({ ssl }, shop())).toMatchObject({ decision: 'skip', code: 'ALREADY_SO' });
    }
  });

  it.each([
    [{ custom_origin_server: 'o.acme-store.net' }, ['moves_traffic']],
    [{ ssl: { method: 'txt' } }, ['restarts_dcv']],
    [{ ssl: { settings: { early_hints: 'on' } } }, ['restarts_dcv']],
    [{ ssl: { certificate_authority: 'ssl_com' } }, ['restarts_dcv', 'reissues']],
    [{ ssl: { method: 'txt', wildcard: true } }, ['restarts_dcv', 'reissues']],
    [{ ssl: { cloudflare_branding: true } }, ['restarts_dcv', 'reissues']],
    [{ custom_origin_sni: 'o.acme-store.net', ssl: { method: 'txt' } }, ['moves_traffic', 'restarts_dcv']],
  ] as [Change, string[]][])('says what it does beyond the field: %j', (change, effects) => {
    expect(decided(change, shop())).toMatchObject({ decision: 'edit', effects });
  });

  it('moves traffic, whatever it changes, where the same hostname is live in another zone', () => {
    expect(decided({ custom_metadata: { plan: 'gold' } }, shop(), { existsElsewhere: true })).toMatchObject({
      effects: ['moves_traffic'],
    });
  });
});

/** The stored configuration of `shop()`, without the authority that a zone may not be allowed to name. */
const storedOfShop = (): JsonObject => {
  const { status: _status, certificate_authority: _authority, ...stored } = shop().ssl ?? { status: '' };
  return stored as JsonObject;
};

describe('a recheck', () => {
  const waiting = (more: Partial<LiveSsl> = {}) => withSsl({ status: 'pending_validation', ...more });

  it('of a certificate that waits sends the stored configuration, which orders it again', () => {
    expect(decided({ recheck: true }, waiting())).toEqual({
      decision: 'recheck',
      body: { ssl: storedOfShop() },
      before: { ssl: { ...storedOfShop(), certificate_authority: 'google' } },
      effects: ['restarts_dcv'],
    });
  });

  it.each([
    ['waits beside a certificate in service', { ...shop(), status: 'pending' }],
    ['waits beside an uploaded certificate', { ...withSsl({ uploaded: true }), status: 'pending' }],
    ['has no certificate', { ...withoutSsl(), status: 'pending' }],
    ['is active, as its certificate is', shop()],
  ])('of a hostname that %s is an empty edit', (_name, live) => {
    expect(decided({ recheck: true }, live)).toEqual({ decision: 'recheck', body: {}, before: {}, effects: [] });
    expect(decided({ recheck: true }, live, { existsElsewhere: true })).toMatchObject({ effects: ['moves_traffic'] });
  });

  it.each([
    ['is being renewed', withSsl({ validation_records: [{ txt_name: 'x', txt_value: 'y' }] })],
    ['cannot be renewed', withSsl({ validation_errors: ['CAA records forbid it'] })],
    ['is on a hostname that only an edit with ssl is known to bring back', { ...shop(), status: 'moved' }],
  ])('of a certificate in service that %s sends ssl', (_name, live) => {
    expect(decided({ recheck: true }, live)).toMatchObject({ body: { ssl: storedOfShop() } });
  });

  it.each([
    ['NO_CERTIFICATE_TO_RECHECK', withoutSsl()],
    ['UPLOADED_CERTIFICATE', withSsl({ uploaded: true })],
    ['SSL_AUTHORITY_RETIRED', waiting({ certificate_authority: 'digicert' })],
    ['SSL_WILDCARD_NEEDS_TXT', waiting({ wildcard: true })],
    ['SSL_METHOD_MISSING', shop({ ssl: { status: 'pending_validation' } })],
  ])('that cannot help is rejected: %s', (code, live) => {
    expect(decided({ recheck: true }, live)).toMatchObject({ decision: 'reject', code });
  });
});

describe('a certificate authority that does not change', () => {
  const tls: Change = { ssl: { settings: { min_tls_version: '1.3' } } };
  const named: Change = { ssl: { certificate_authority: 'google', method: 'txt' } };

  it.each([
    ['goes along where the zone may choose', true, tls, 'google'],
    ['is left out where it may not', false, tls, undefined],
    ['is left out where nobody knows', undefined, tls, undefined],
    ['goes along where nobody knows and the row names it', undefined, named, 'google'],
    ['is left out where the row names it and the zone may not', false, named, undefined],
  ] as const)('%s', (_name, choosesAuthority, change, authority) => {
    const decision = decided(change, shop(), { choosesAuthority });
    expect(decision).toMatchObject({ decision: 'edit', before: { ssl: { certificate_authority: 'google' } } });
    const { ssl } = 'body' in decision ? decision.body : {};
    expect((ssl as JsonObject).certificate_authority).toBe(authority);
  });

  it('is sent wherever the row changes it, whatever the zone may', () => {
    for (const choosesAuthority of [true, false, undefined]) {
      const change: Change = { ssl: { certificate_authority: 'ssl_com' } };
      expect(decided(change, shop(), { choosesAuthority })).toMatchObject({
        body: { ssl: { certificate_authority: 'ssl_com' } },
      });
    }
  });

  it('goes along with a recheck only where the zone may choose', () => {
    const live = withSsl({ status: 'pending_validation' });
    expect(decided({ recheck: true }, live, { choosesAuthority: true })).toMatchObject({
      body: { ssl: { certificate_authority: 'google' } },
    });
    expect(decided({ recheck: true }, live, { choosesAuthority: false })).not.toHaveProperty(
      'body.ssl.certificate_authority',
    );
  });

  it('is none to be held against a retired one where the row could not name another', () => {
    const live = withSsl({ certificate_authority: 'digicert' });
    expect(decided(tls, live, { choosesAuthority: false }).decision).toBe('edit');
  });
});

it('a setting that is only shown as empty is not sent back', () => {
  const live = withSsl({ settings: { http2: 'on', min_tls_version: '', ciphers: null, http3: 'on' } });
  expect(decided({ ssl: { method: 'txt' } }, live)).toMatchObject({
    body: { ssl: { settings: { http2: 'on', http3: 'on' } } },
  });
  const bare = withSsl({ settings: { ciphers: null } });
  expect(decided({ ssl: { method: 'txt' } }, bare)).not.toHaveProperty('body.ssl.settings');
});
