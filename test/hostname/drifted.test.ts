import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { driftFrom, driftSince } from '../../src/hostname/drifted.ts';
import type { LiveSsl } from '../../src/hostname/live.ts';
import { live } from '../select/live.ts';

const shop = (ssl: Partial<LiveSsl>, custom_metadata = {}, more = {}) => live({ custom_metadata, ...more }, ssl);
const certificate = (serial_number: string) => ({ certificates: [{ serial_number }] });

describe('drift since a snapshot', () => {
  it('is nothing where only statuses, tokens and managed certificates came and went', () => {
    const old = shop({ ...certificate('1'), settings: { http2: 'on', early_hints: '' } });
    const now = shop({ ...certificate('2'), settings: { http2: 'on' }, status: 'pending_validation' });
    expect(driftSince(old, now)).toEqual([]);
    expect(driftSince(old, { ...now, status: 'moved', custom_origin_server: '' })).toEqual([]);
  });

  it('names each field with both values, and keys of metadata one by one', () => {
    const old = shop({ settings: { min_tls_version: '1.2' } }, { tier: 'gold', gone: 1 });
    const now = shop({ settings: { min_tls_version: '1.0', http2: 'on' } }, { tier: 'silver', came: true });
    expect(driftSince(old, now)).toEqual(
      [
        { path: 'custom_metadata.tier', was: 'gold', is: 'silver', by: 'edit' },
        { path: 'custom_metadata.gone', was: 1, is: null, by: 'edit' },
        { path: 'ssl.settings.min_tls_version', was: '1.2', is: '1.0', by: 'edit' },
        { path: 'custom_metadata.came', was: null, is: true, by: 'edit' },
        { path: 'ssl.settings.http2', was: null, is: 'on', by: 'edit' },
      ].sort((a, b) => order(a.path) - order(b.path)),
    );
  });

  it.each([
    ['a renewal, where another certificate came', '1', '2', 'renewal'],
    ['an edit, where the certificate is the same', '1', '1', 'edit'],
  ])('puts a changed method down to %s', (_, before, after, by) => {
    const [old, now] = [shop(certificate(before)), shop({ ...certificate(after), method: 'http' })];
    expect(driftSince(old, now)).toEqual([{ path: 'ssl.method', was: 'txt', is: 'http', by }]);
  });

  it('cannot tell where the API shows no certificate', () => {
    expect(driftSince(shop({}), shop({ method: 'http' }))).toMatchObject([{ by: 'either' }]);
  });

  it('sees another certificate of one’s own', () => {
    const own = (serial: string) => shop({ uploaded: true, ...certificate(serial) });
    expect(driftSince(own('1'), own('2'))).toMatchObject([{ path: 'ssl.certificates', by: 'edit' }]);
  });
});

const ORDER = [
  'custom_metadata.tier',
  'custom_metadata.gone',
  'ssl.settings.min_tls_version',
  'custom_metadata.came',
  'ssl.settings.http2',
];
const order = (path: string) => ORDER.indexOf(path);

describe('drift from what was asked for', () => {
  const drift = (change: Change, ssl: Partial<LiveSsl>, metadata = {}) =>
    driftFrom(change, shop(ssl, metadata), { untyped: true }).map(({ path }) => path);

  it('is the fields that do not hold what the row says, and no others', () => {
    expect(drift({ ssl: { method: 'txt' } }, {})).toEqual([]);
    expect(drift({ ssl: { method: 'txt', certificate_authority: 'google' } }, { method: 'http' })).toEqual([
      'ssl.method',
    ]);
    expect(drift({ ssl: { certificate_authority: '' } }, {})).toEqual([]);
    expect(drift({ custom_metadata: { seats: '12' } }, {}, { seats: 12 })).toEqual([]);
    expect(drift({ custom_metadata: { seats: '12', tier: 'gold' } }, {}, { seats: 13 })).toEqual([
      'custom_metadata.seats',
      'custom_metadata.tier',
    ]);
  });

  it('is nothing where what was to be cleared is not there', () => {
    expect(drift({ custom_metadata: { old: null }, custom_origin_server: null }, {})).toEqual([]);
    expect(drift({ custom_metadata: { old: null } }, {}, { old: 'x' })).toEqual(['custom_metadata.old']);
  });

  it('is nothing of a recheck', () => {
    expect(drift({ recheck: true }, {})).toEqual([]);
  });
});
