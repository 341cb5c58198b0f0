import { describe, expect, it } from 'vitest';
import { changedPaths, isThere, notShown } from '../../src/hostname/compare.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import { shop } from './generate.ts';

const withSsl = (more: Partial<LiveSsl>): LiveHostname => shop({ ssl: { ...shop().ssl, status: 'active', ...more } });

describe('a change judged by a read', () => {
  it('is there only when all of it is', () => {
    const body = { custom_metadata: { plan: 'gold' }, ssl: { type: 'dv', method: 'txt' } };
    const paths = ['custom_metadata', 'ssl.method'];
    expect(isThere(shop(), body, paths)).toBe(false);
    expect(isThere(shop({ custom_metadata: { plan: 'gold' } }), body, paths)).toBe(false);
    const live = { ...withSsl({ method: 'txt' }), custom_metadata: { plan: 'gold' } };
    expect(isThere(live, body, paths)).toBe(true);
    expect(notShown(shop(), body, paths)).toEqual(paths);
    expect(notShown(live, body, paths)).toEqual([]);
  });

  it('is not judged by what it leaves as it was', () => {
    const body = { ssl: { type: 'dv', method: 'txt', settings: { http2: 'on', early_hints: 'off' } } };
    expect(isThere(withSsl({ method: 'txt', settings: {} }), body, ['ssl.method'])).toBe(true);
  });

  it('holds with ciphers in any order, but not with others', () => {
    const body = { ssl: { settings: { ciphers: ['AES128-SHA', 'AES256-SHA'] } } };
    const paths = ['ssl.settings.ciphers'];
    expect(isThere(withSsl({ settings: { ciphers: ['AES256-SHA', 'AES128-SHA'] } }), body, paths)).toBe(true);
    expect(isThere(withSsl({ settings: { ciphers: ['AES128-SHA'] } }), body, paths)).toBe(false);
    expect(isThere(withSsl({ settings: { ciphers: ['AES128-SHA', 'AES128-SHA'] } }), body, paths)).toBe(false);
  });

  it('is unset where the answer leaves the origin out', () => {
    const body = { custom_origin_server: '' };
    expect(isThere(shop(), body, ['custom_origin_server'])).toBe(true);
    expect(isThere(shop({ custom_origin_server: 'o.acme-store.net' }), body, ['custom_origin_server'])).toBe(false);
  });

  it('is not taken as made where nothing can tell: a recheck, branding, the own choice of authority', () => {
    const body = { ssl: { cloudflare_branding: true, certificate_authority: '' } };
    const hidden = ['ssl.cloudflare_branding', 'ssl.certificate_authority'];
    expect(isThere(shop(), body, [])).toBe(false);
    expect(isThere(shop(), body, hidden)).toBe(false);
    expect(notShown(shop(), body, hidden)).toEqual([]);
  });

  it('that hides in part is judged by the part that shows', () => {
    const body = { custom_metadata: { plan: 'gold' }, ssl: { cloudflare_branding: true } };
    const paths = ['custom_metadata', 'ssl.cloudflare_branding'];
    expect(isThere(shop({ custom_metadata: { plan: 'gold' } }), body, paths)).toBe(true);
    expect(isThere(shop(), body, paths)).toBe(false);
  });

  it('is missing where the certificate is gone', () => {
    const { ssl: _ssl, ...live } = shop();
    expect(notShown(live, { ssl: { method: 'txt' } }, ['ssl.method'])).toEqual(['ssl.method']);
  });
});

describe('what changes', () => {
  it('is told setting by setting, but metadata as one', () => {
    const before = {
      custom_metadata: { a: 1, b: 2 },
      ssl: { method: 'http', settings: { http2: 'on', tls_1_3: 'on' } },
    };
    const body = {
      custom_metadata: { a: 1, b: 3 },
      ssl: { method: 'http', settings: { http2: 'off', tls_1_3: 'on' } },
    };
    expect(changedPaths(before, body)).toEqual(['custom_metadata', 'ssl.settings.http2']);
  });

  it('is a type too: the text "5" is not the number 5', () => {
    expect(changedPaths({ custom_metadata: { a: 5 } }, { custom_metadata: { a: '5' } })).toEqual(['custom_metadata']);
  });

  it('is not the order of metadata keys', () => {
    expect(changedPaths({ custom_metadata: { a: 1, b: 2 } }, { custom_metadata: { b: 2, a: 1 } })).toEqual([]);
  });

  it('is every member where there was no certificate', () => {
    expect(changedPaths({ ssl: null }, { ssl: { type: 'dv', settings: { http2: 'on' } } })).toEqual([
      'ssl.type',
      'ssl.settings.http2',
    ]);
  });
});
