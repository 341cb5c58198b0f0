import { Resolver } from 'node:dns/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registrableDomain } from '../../src/dns/registrable-domain.ts';
import { grouped } from '../../src/handoff/grouping.ts';
import type { HandOff } from '../../src/handoff/hand-off.ts';
import { quotedStrings, zoneFile } from '../../src/handoff/zone-file.ts';
import { type DnsPrograms, dnsProgramsFor } from '../support/servers/found-dns.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startKnot } from '../support/servers/knot-server.ts';
import { handedOff, waitingLive } from './hand-offs.ts';

/** The zone that a customer has already, with the exported file added to it. */
const withZone = (domain: string, exported: string): string =>
  `@ 3600 IN SOA ns.${domain}. admin.${domain}. 1 3600 900 604800 300\n@ 3600 IN NS ns.${domain}.\nns 3600 IN A 127.0.0.1\n${exported}`;

/** A resolver that asks a real server on which the exported zone files of `handOffs` are loaded. */
async function served(programs: DnsPrograms, handOffs: HandOff[]): Promise<Resolver> {
  const zones = grouped(handOffs, { by: 'domain' }, true).map((group) => {
    const name = registrableDomain(group.handOffs[0]?.hostname ?? '');
    return { name, text: withZone(name, zoneFile(group)) };
  });
  const server = await startKnot(programs, { address: '127.0.0.1', port: await freePort(), zones });
  onTestFinished(() => server.remove());
  const resolver = new Resolver({ timeout: 2_000, tries: 3 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  return resolver;
}

const token = (hostname: string, txt_value: string) => ({ txt_name: `_acme-challenge.${hostname}`, txt_value });

/** Everything a value may hold: long ones, quotes, backslashes, semicolons, line ends, other alphabets. */
const values = [
  '-starts_with-a-hyphen',
  `long ${'x'.repeat(700)}`,
  'a"b\\c;d (e) $f @g',
  'line\nend\ttab\u0000nul',
  'schlüssel 鍵 🔑',
  '=1+1',
];

const programs = dnsProgramsFor('zone files on a real name server');

describe.runIf(programs)('a zone file', () => {
  it('is loaded by a DNS server, which answers with exactly the values that are to be published', async () => {
    if (programs === undefined) return;
    const wildcard = waitingLive('shop.acme-store.net', {
      wildcard: true,
      validation_records: values.map((value) => token('shop.acme-store.net', value)),
    });
    const delegated = waitingLive('app.acme-store.co.uk', {
      dcv_delegation_records: [
        { cname: '_acme-challenge.app.acme-store.co.uk', cname_target: 'app.acme-store.co.uk.0123.dcv.cloudflare.com' },
      ],
      validation_errors: ['a complaint\n@ IN A 192.0.2.1\n; of two lines'],
    });
    const http = waitingLive('www.acme-store.net', {
      method: 'http',
      validation_records: [{ http_url: 'http://www.acme-store.net/a', http_body: 'a.b' }],
    });
    const resolver = await served(
      programs,
      [wildcard, delegated, http].map((live) => handedOff(live)),
    );
    const texts = await resolver.resolveTxt('_acme-challenge.shop.acme-store.net');
    // Node gives every byte as one character.
    const bytes = (text: string): string => Buffer.from(text).toString('latin1');
    expect(texts.map((parts) => parts.join('')).sort()).toEqual(values.map(bytes).sort());
    expect(await resolver.resolveCname('_acme-challenge.app.acme-store.co.uk')).toEqual([
      'app.acme-store.co.uk.0123.dcv.cloudflare.com',
    ]);
    expect(await resolver.resolveTxt('_cf-custom-hostname.www.acme-store.net')).toEqual([
      ['owner of www.acme-store.net'],
    ]);
    await expect(resolver.resolve4('acme-store.co.uk')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('puts nothing beside a CNAME, which no server would load', async () => {
    if (programs === undefined) return;
    const delegation = (zone: string) => [
      { cname: '_acme-challenge.acme-store.net', cname_target: `acme-store.net.${zone}` },
    ];
    const handOffs = [
      waitingLive('acme-store.net'),
      waitingLive('*.acme-store.net', { dcv_delegation_records: delegation('one.dcv.cloudflare.com') }),
      waitingLive('*.acme-store.net', { dcv_delegation_records: delegation('two.dcv.cloudflare.com') }),
    ].map((live) => handedOff(live));
    const resolver = await served(programs, handOffs);
    expect(await resolver.resolveCname('_acme-challenge.acme-store.net')).toEqual([
      'acme-store.net.one.dcv.cloudflare.com',
    ]);
    expect(zoneFile({ path: '', title: undefined, handOffs })).toContain('; not a DNS record, or already answered for');
  });
});

describe('the quoted strings of a TXT record', () => {
  it('are at most 255 bytes each, in printable ASCII, and mean the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (value) => {
        const text = quotedStrings(value);
        expect(text).toMatch(/^"[\x20-\x7e]*"( "[\x20-\x7e]*")*$/);
        const strings = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = '']) =>
          inner.replace(/\\(\d{3}|.)/g, (_, code: string) =>
            code.length === 3 ? String.fromCharCode(Number(code)) : code,
          ),
        );
        expect(strings.every((string) => string.length <= 255)).toBe(true);
        expect(strings.join('')).toBe(Buffer.from(value).toString('latin1'));
      }),
    );
  });
});
