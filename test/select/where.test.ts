import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { isMeant, parseWhere } from '../../src/select/where.ts';
import { live, NOW } from './live.ts';

const SHOP = live(
  {
    created_at: '2026-11-23T12:00:00.123456Z',
    custom_metadata: { tenant: 'Acme-7', seats: 12, vip: true, note: 'a,b' },
    custom_origin_server: 'origin.acme-store.net',
    verification_errors: ['custom hostname does not CNAME to this zone.'],
  },
  {
    method: 'http',
    certificate_authority: 'digicert',
    settings: { min_tls_version: '1.0', ciphers: ['AES128-SHA', 'AES256-SHA'] },
    certificates: [
      { issuer: 'DigiCert', expires_on: '2027-02-01T00:00:00Z' },
      { issuer: 'DigiCert', expires_on: '2027-01-01T00:00:00Z' },
    ],
  },
);
const BARE = live({ hostname: 'bare.acme-store.net' } as Partial<LiveHostname>);

const meant = (text: string, hostname = SHOP) => {
  const { where, faults } = parseWhere([text]);
  expect(faults).toEqual([]);
  return isMeant(where, hostname, NOW);
};

describe('a condition holds', () => {
  it.each([
    'ssl.method=http',
    'ssl.method = http',
    'SSL.Method=HTTP',
    'ssl.method=txt,http',
    'ssl.method!=txt,email',
    'ssl.certificate_authority=digicert',
    'hostname=Shop.Acme-Store.net.',
    'hostname~*.acme-store.net',
    'hostname!~www.*',
    'custom_metadata.tenant~Acme*',
    'custom_metadata.tenant=Acme-7',
    'custom_metadata.seats>9',
    'custom_metadata.vip=true',
    'custom_metadata.note="a,b"',
    'custom_metadata.plan=<missing>',
    'custom_metadata.plan=gold,<missing>',
    'custom_metadata.tenant!=<missing>',
    'ssl.settings.min_tls_version<1.2',
    'ssl.settings.min_tls_version<=1.0',
    'ssl.settings.ciphers=AES256-SHA',
    'ssl.settings.http2!=on',
    'ssl.wildcard=false',
    'ssl.uploaded=false',
    'ssl.issuer=digicert',
    'ssl.expires_on<now+60d',
    'ssl.expires_on=2027-01-01',
    'phase=serving',
    'status=active',
    'created_at<now-1d',
    'created_at<=2026-11-23',
    'created_at>=2026-11-23',
    'created_at>2026-11-22T00:00:00Z',
    'verification_errors~*cname*',
    'custom_origin_server=origin.acme-store.net',
    'custom_hostname_id=11111111-2222-4333-8444-555555555555',
  ])('%s', (text) => {
    expect(meant(text)).toBe(true);
  });

  it.each([
    'ssl.method=txt',
    'ssl.method!=http',
    'custom_metadata.tenant=acme-7',
    'custom_metadata.Tenant=Acme-7',
    'custom_metadata.seats<9',
    'custom_metadata.tenant<5',
    'ssl.settings.http2=on',
    'ssl.expires_on<now+30d',
    'created_at>2026-11-23',
    'created_at<2026-11-23',
    'created_at=<missing>',
    'phase=stuck',
  ])('not: %s', (text) => {
    expect(meant(text)).toBe(false);
  });

  it.each([
    ['ssl.method=http', false],
    ['ssl.method!=http', true],
    ['ssl.method=<missing>', true],
    ['ssl.settings.min_tls_version<1.2', false],
    ['ssl.settings.min_tls_version<1.2,<missing>', true],
    ['ssl.wildcard=false', false],
    ['created_at<=now-1d,<missing>', true],
  ])('of a hostname that lacks the field only where it is asked for: %s, %s', (text, expected) => {
    expect(meant(text, BARE)).toBe(expected);
  });

  it('knows that 1.10 comes after 1.9, for all versions', () => {
    const part = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const hostname = live({ custom_metadata: { v: `${a}.${b}` } });
        const holds = (operator: string) => meant(`custom_metadata.v${operator}${c}.${d}`, hostname);
        const order = Math.sign(a - c || b - d);
        expect([holds('<'), holds('<='), holds('>'), holds('>=')]).toEqual([
          order < 0,
          order <= 0,
          order > 0,
          order >= 0,
        ]);
      }),
    );
  });

  it('finds any value by what it is, by its beginning, and never by its contrary', () => {
    const value = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
    fc.assert(
      fc.property(value, value, (tenant, other) => {
        const hostname = live({ custom_metadata: { tenant } });
        const path = 'custom_metadata.tenant';
        expect(meant(`${path}=${JSON.stringify(tenant)}`, hostname)).toBe(tenant !== '<missing>');
        expect(meant(`${path}!=${JSON.stringify(tenant)}`, hostname)).toBe(false);
        expect(meant(`${path}=${JSON.stringify(other)},${JSON.stringify(tenant)}`, hostname)).toBe(true);
        expect(meant(`${path}~${JSON.stringify(`${tenant}*`)}`, hostname)).toBe(true);
        expect(meant(`${path}~${JSON.stringify(`${tenant}?*x`)}`, hostname)).toBe(false);
      }),
    );
  });

  it('is refused with a sentence, or taken, whatever is written; never anything else', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc
        .tuple(
          fc.constantFrom('ssl.method', 'phase', 'created_at', 'custom_metadata.a', 'hostname', 'nonsense'),
          fc.constantFrom('=', '!=', '~', '!~', '<', '<=', '>', '>=', '', '==', '=~'),
          fc.string({ maxLength: 12 }),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { where, faults } = parseWhere([text]);
        expect(where.length + faults.length).toBe(1);
        for (const fault of faults) expect(fault).toMatch(/[.?]$/);
        expect(typeof isMeant(where, SHOP, NOW)).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['ssl.methd=http', '"ssl.methd=http": there is no field "ssl.methd"; did you mean "ssl.method"?'],
    ['method=http', '"method=http": there is no field "method"; did you mean "ssl.method"?'],
    ['phase=stuk', '"phase=stuk": "stuk" is no phase; did you mean "stuck"?'],
    ['ssl.status=pendng_validation', 'did you mean "pending_validation"?'],
    ['ssl.method=htttp', 'did you mean "http"?'],
    ['ssl.wildcard=maybe', 'there are true, false.'],
    ['ssl.method', 'a condition is a field, an operator and values'],
    ['ssl.method=', 'a value is missing; write <missing>'],
    ['ssl.method=http,', 'a value is missing'],
    ['created_at<yesterday', 'cannot be compared with <'],
    ['custom_metadata.a="x', 'must end in one'],
  ])('is refused with what to do: %s', (text, sentence) => {
    const [fault] = parseWhere([text]).faults;
    expect(fault).toContain(sentence);
    if (text === 'ssl.method') for (const one of ['=', '!~', '<= > >=', '<missing>']) expect(fault).toContain(one);
  });
});
