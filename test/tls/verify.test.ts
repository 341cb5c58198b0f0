import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { createSecureContext, createServer, type SecureContextOptions, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NameService } from '../../src/dns/lookup.ts';
import type { LiveCertificate } from '../../src/hostname/live.ts';
import { type MadeCertificate, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { parseConnect, Verifier } from '../../src/tls/verify.ts';

const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const middle = makeCertificate({ hosts: ['Acme Issuing'], isAuthority: true, signer: root });
const issue = (name: string, keyType: 'rsa' | 'ec' = 'ec') =>
  makeCertificate({ hosts: [name], keyType, signer: middle });
const [rsa, ec, old] = [issue('both.acme-store.net', 'rsa'), issue('both.acme-store.net'), issue('old.acme-store.net')];
const [whole, broken, wide] = [
  issue('whole.acme-store.net'),
  issue('broken.acme-store.net'),
  issue('*.wide.acme-store.net'),
];

const chained = ({ certificate }: MadeCertificate) => certificate + middle.certificate;
const context = (pair: MadeCertificate, more: SecureContextOptions = {}) =>
  createSecureContext({ cert: chained(pair), key: pair.key, ...more });
const CONTEXTS = new Map([
  ['old.acme-store.net', context(old)],
  ['whole.acme-store.net', context(whole, { minVersion: 'TLSv1.3' })],
  ['broken.acme-store.net', context(broken, { cert: broken.certificate })],
  ['hostroll-check.wide.acme-store.net', context(wide)],
]);
const server = createServer({
  SNICallback: (name, done) => done(null, CONTEXTS.get(name) ?? CONTEXTS.get('old.acme-store.net')),
});
// Node.js serves one certificate only where it chooses by name.
const pack = { cert: [rsa, ec].map(chained), key: [rsa.key, ec.key] };
const packs = [createServer(pack), createServer({ ...pack, maxVersion: 'TLSv1.2' })];
for (const one of [server, ...packs]) one.on('tlsClientError', () => {});
const NAMES: NameService = {
  lookup: async (name) =>
    name.startsWith('gone.')
      ? { kind: 'no_name', name, aliases: [] }
      : {
          kind: 'found',
          name,
          aliases: [],
          records: [{ name, type: 'A', ttl: 1, text: '127.0.0.1', data: '127.0.0.1' } as never],
        },
  answers: async () => true,
};
const portOf = (one: Server) => (one.address() as AddressInfo).port;
beforeAll(async () => {
  await Promise.all([server, ...packs].map((one) => once(one.listen(0, '127.0.0.1'), 'listening')));
});
afterAll(() => [server, ...packs].forEach((one) => void one.close()));

const print = ({ certificate }: MadeCertificate) =>
  new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
const look = (hostname: string, certificates: (LiveCertificate & { key_type?: string })[], more = {}) =>
  new Verifier({
    ...{ names: NAMES, connect: { host: '127.0.0.1', port: portOf(server) }, trusted: [root.certificate] },
    ...more,
  }).look({ hostname, certificates });
const wanted = (one: MadeCertificate, key_type?: string) => ({
  fingerprint_sha256: print(one),
  ...(key_type === undefined ? {} : { key_type }),
});
const at = (one: Server = server) => ({ connect: { host: '127.0.0.1', port: portOf(one) } });
const BOTH = [wanted(rsa, 'rsa'), wanted(ec, 'ecdsa')];

describe('a look at what a hostname serves', () => {
  it.each(packs)('sees both certificates of a pack, with TLS 1.3 and without', async (one) => {
    const served = await look('both.acme-store.net', BOTH, at(one));
    expect(served).toMatchObject({ verdict: 'new', note: '', address: '127.0.0.1' });
    expect(served.served.map((one) => [one.offered, one.fingerprint_sha256])).toEqual([
      ['ecdsa', print(ec)],
      ['rsa', print(rsa)],
    ]);
  });

  it('says that all is well where it is', async () => {
    expect(await look('whole.acme-store.net', [wanted(whole, 'ecdsa')])).toMatchObject({ verdict: 'new', note: '' });
    expect(await look('*.wide.acme-store.net', [wanted(wide)])).toMatchObject({ verdict: 'new', note: '' });
  });

  it('tells another certificate, also of one half of a pack', async () => {
    expect(await look('old.acme-store.net', [wanted(whole)])).toMatchObject({ verdict: 'another' });
    const half = await look('both.acme-store.net', [wanted(rsa, 'rsa')], at(packs[0]));
    expect(half).toMatchObject({ verdict: 'another', note: expect.stringContaining(print(ec)) });
  });

  it('misses a half that is not served', async () => {
    const served = await look('whole.acme-store.net', [wanted(whole, 'ecdsa'), wanted(rsa, 'rsa')]);
    expect(served).toMatchObject({ verdict: 'not_shown', note: expect.stringContaining('RSA') });
  });

  it('tells a chain that lacks its intermediate, an unknown root and a wrong name', async () => {
    const incomplete = await look('broken.acme-store.net', [wanted(broken)]);
    expect(incomplete).toMatchObject({ verdict: 'new', note: expect.stringContaining('intermediate is missing') });
    const strange = await look('whole.acme-store.net', [wanted(whole)], { trusted: [] });
    expect(strange).toMatchObject({ verdict: 'new', note: expect.stringContaining('do not trust') });
    const misnamed = await look('elsewhere.acme-store.net', [wanted(old)]);
    expect(misnamed).toMatchObject({ verdict: 'new', note: expect.stringContaining('not for this name') });
  });

  it('goes by serial number where no fingerprint is known, and judges nothing where nothing is', async () => {
    const { served } = await look('whole.acme-store.net', []);
    const serial_number = served[0]?.serial_number ?? '';
    expect(await look('whole.acme-store.net', [{ serial_number }])).toMatchObject({ verdict: 'new' });
    expect(await look('whole.acme-store.net', [])).toMatchObject({ verdict: 'not_shown' });
  });

  it('connects to no address inside this network that a name leads to', async () => {
    const inside = { connect: undefined };
    expect(await look('whole.acme-store.net', [wanted(whole)], inside)).toMatchObject({
      ...{ verdict: 'not_shown', served: [], note: expect.stringContaining('not on the public Internet') },
    });
    expect(await look('gone.acme-store.net', [wanted(whole)], inside)).toMatchObject({
      note: 'gone.acme-store.net has no address',
    });
    const edge = { connect: { host: 'edge.acme-store.net', port: portOf(server) }, allowPrivate: true };
    expect(await look('whole.acme-store.net', [wanted(whole)], edge)).toMatchObject({ verdict: 'new' });
  });

  it('ends where nobody answers', async () => {
    const listener = createListener((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const silent = { host: '127.0.0.1', port: (listener.address() as AddressInfo).port };
    const served = await look('whole.acme-store.net', [wanted(whole)], { connect: silent, withinMs: 100 });
    expect(served).toMatchObject({ verdict: 'not_shown', note: expect.stringContaining('within 0.1 s') });
    listener.close();
  });
});

it.each([
  ['edge.acme-store.net', { host: 'edge.acme-store.net', port: 443 }],
  ['192.0.2.1:8443', { host: '192.0.2.1', port: 8443 }],
  ['[2001:db8::1]:8443', { host: '2001:db8::1', port: 8443 }],
  ['2001:db8::1', { host: '2001:db8::1', port: 443 }],
])('--connect %s is read', (text, read) => {
  expect(parseConnect(text)).toEqual(read);
});

it.each(['', 'a:0', 'a:70000', '[x]:1', 'https://a'])('--connect %j is refused', (text) => {
  expect(() => parseConnect(text)).toThrow('--connect');
});
