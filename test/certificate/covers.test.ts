import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversHostname } from '../../src/certificate/covers.ts';

describe('a certificate covers', () => {
  it.each([
    [['shop.acme-store.net'], 'shop.acme-store.net', true],
    [['acme-store.net'], 'shop.acme-store.net', false],
    [['*.acme-store.net'], 'shop.acme-store.net', true],
    [['*.acme-store.net'], 'acme-store.net', false],
    [['*.acme-store.net'], 'a.shop.acme-store.net', false],
    [['*.acme-store.net'], '*.acme-store.net', true],
    [['shop.acme-store.net'], '*.acme-store.net', false],
    [['*.shop.acme-store.net'], '*.acme-store.net', false],
    [['*.net'], 'acme-store.net', false],
    [['s*.acme-store.net'], 'shop.acme-store.net', false],
    [['shop.*.net'], 'shop.acme-store.net', false],
    [['xn--bcher-kva.acme-store.net'], 'xn--bcher-kva.acme-store.net', true],
    [['192.0.2.7'], 'shop.acme-store.net', false],
    [[], 'shop.acme-store.net', false],
  ])('%j %s: %s', (hosts, hostname, covered) => {
    expect(coversHostname(hosts, hostname)).toBe(covered);
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));

  it('every name that is in it, and below a wildcard exactly one label', () => {
    fc.assert(
      fc.property(name, label, label, (parent, one, other) => {
        expect(coversHostname([parent], parent)).toBe(true);
        expect(coversHostname([`*.${parent}`], `${one}.${parent}`)).toBe(true);
        expect(coversHostname([`*.${parent}`], parent)).toBe(false);
        expect(coversHostname([`*.${parent}`], `${other}.${one}.${parent}`)).toBe(false);
      }),
    );
  });

  it('nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), name)), name, (given, hostname) => {
        const hosts = given.map(([wildcard, host]) => (wildcard ? `*.${host}` : host));
        const parent = hostname.split('.').slice(1).join('.');
        const expected = hosts.some((host) => host === hostname || (parent.includes('.') && host === `*.${parent}`));
        expect(coversHostname(hosts, hostname)).toBe(expected);
      }),
    );
  });
});
