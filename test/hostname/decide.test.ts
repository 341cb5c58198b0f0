import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide, type RowDecision } from '../../src/hostname/decide.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
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
      effects: ['restarts_dcv', 'reissues', 'replaces_certificate'],
    });
    expect(decided({ custom_origin_server: 'origin.acme-store.net' }, live)).not.toHaveProperty('body.ssl');
  });

  it('replaces an uploaded certificate also where method and authority already read as asked for', () => {
    const ssl = { method: 'http', certificate_authority: 'google' } as const;
    expect(decided({ ssl }, withSsl({ uploaded: true }))).toMatchObject({
      decision: 'edit',
      body: { ssl },
      effects: ['restarts_dcv', 'replaces_certificate'],
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

describe('a recheck', () => {
  it('sends the stored configuration and changes nothing', () => {
    const { status: _status, ...stored } = shop().ssl ?? { status: '' };
    expect(decided({ recheck: true }, shop())).toEqual({
      decision: 'recheck',
      body: { ssl: stored },
      before: { ssl: stored },
      effects: ['restarts_dcv'],
    });
  });

  it.each([
    ['NO_CERTIFICATE_TO_RECHECK', withoutSsl()],
    ['UPLOADED_CERTIFICATE', withSsl({ uploaded: true })],
    ['SSL_AUTHORITY_RETIRED', withSsl({ certificate_authority: 'digicert' })],
    ['SSL_WILDCARD_NEEDS_TXT', withSsl({ wildcard: true })],
    ['SSL_METHOD_MISSING', shop({ ssl: { status: 'active' } })],
  ])('that cannot help is rejected: %s', (code, live) => {
    expect(decided({ recheck: true }, live)).toMatchObject({ decision: 'reject', code });
  });
});
