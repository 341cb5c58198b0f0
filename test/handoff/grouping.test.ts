import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registrableDomain } from '../../src/dns/registrable-domain.ts';
import { fileNameOf, grouped, parseGrouping } from '../../src/handoff/grouping.ts';
import { handedOff, waitingLive } from './hand-offs.ts';

const ofTenant = (hostname: string, custom_metadata: Record<string, string | number>) =>
  handedOff(waitingLive(hostname, {}, { custom_metadata }));

describe('grouping', () => {
  it.each([
    ['shop.acme-store.net', 'acme-store.net'],
    ['*.acme-store.net', 'acme-store.net'],
    ['shop.acme.co.uk', 'acme.co.uk'],
    ['acme.github.io', 'acme.github.io'],
    ['co.uk', 'co.uk'],
  ])('knows whose zone holds the records of %s: %s', (hostname, domain) => {
    expect(registrableDomain(hostname)).toBe(domain);
  });

  const handOffs = [
    ofTenant('a.acme-store.net', { tenant: 'Acme' }),
    ofTenant('b.acme.co.uk', { tenant: 'Acme' }),
    ofTenant('c.acme-store.net', { tenant: 7 }),
    ofTenant('d.other-store.net', {}),
  ];

  it('makes one file per domain, per value of metadata, or one of all', () => {
    const paths = (by: string, perDomain: boolean) =>
      grouped(handOffs, parseGrouping(by), perDomain).map(({ path, handOffs: { length } }) => [path, length]);
    expect(paths('none', false)).toEqual([['records', 4]]);
    expect(paths('domain', false)).toEqual([
      ['acme-store.net', 2],
      ['acme.co.uk', 1],
      ['other-store.net', 1],
    ]);
    expect(paths('none', true)).toEqual(paths('domain', false));
    const acme = fileNameOf('Acme');
    expect(paths('custom_metadata.tenant', false)).toEqual([
      [acme, 2],
      ['7', 1],
      ['_none', 1],
    ]);
    expect(paths('custom_metadata.tenant', true)[1]).toEqual([`${acme}/acme.co.uk`, 1]);
  });

  it('refuses what it cannot group by', () => {
    expect(() => parseGrouping('tenant')).toThrow(/--group-by must be none, domain, note.<name>, or custom_metadata/);
  });

  it('gives every value a file name that is safe anywhere, and different ones to different values', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '', 'CON', 'con', 'aux.net', 'a/b', 'a', 'A', '_none'),
    );
    fc.assert(
      fc.property(value, value, (one, other) => {
        const names = [fileNameOf(one), fileNameOf(other)];
        for (const name of names) {
          expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,99}$/);
          expect(name).not.toMatch(/^(con|prn|aux|nul)(\.|$)|\.\.|\.$/);
        }
        expect(names[0] === names[1]).toBe(one === other);
      }),
    );
  });
});
