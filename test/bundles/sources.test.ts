import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairFiles } from '../../src/bundles/bundle-source.ts';
import { pairsInFolder } from '../../src/bundles/folder-layout.ts';
import { type LoadOptions, loadBundle } from '../../src/bundles/load-bundle.ts';
import { parseDeclaration } from '../../src/bundles/parse-declaration.ts';
import { passwordOf } from '../../src/bundles/password-of.ts';
import { makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const middle = makeCertificate({ hosts: ['Acme Issuing'], isAuthority: true, signer: root });
const shop = makeCertificate({ hosts: ['shop.acme-store.net'], signer: middle });
const rsa = makeCertificate({ hosts: ['shop.acme-store.net'], keyType: 'rsa', signer: middle });
const full = shop.certificate + middle.certificate;
const block = (label: string) => `-----BEGIN ${label}-----\nBggqhkjOPQMBBw==\n-----END ${label}-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const desk = mkdtempSync(join(tmpdir(), 'hostroll-sources-'));
let folder = desk;
const put = (name: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
/** Skipped where there is no OpenSSL, which makes what these read; not under CI. */
const opensslIt = it.skipIf(process.env.CI === undefined && spawnSync('openssl', ['version']).error !== undefined);

afterAll(() => rmSync(desk, { recursive: true }));
beforeAll(() => {
  for (const [name, { certificate, key }] of Object.entries({ shop, rsa })) {
    put(`${name}.pem`, certificate);
    put(`${name}.key`, key);
  }
  put('middle.pem', middle.certificate);
});

const load = (files: PairFiles[], more: Partial<LoadOptions> = {}) =>
  loadBundle(
    'shop.acme-store.net',
    files.map(({ certificate, key, chain }) => ({
      certificate: { place: certificate, path: certificate },
      ...(key === undefined ? {} : { key: { place: key, path: key } }),
      ...(chain === undefined ? {} : { chain: { place: chain, path: chain } }),
    })),
    { now: Date.now(), minDays: 14, strictPermissions: false, ...more },
  );
const types = async (files: PairFiles[], more?: Partial<LoadOptions>) => {
  const { good, faults } = await load(files, more);
  return good?.ref.certificates.map(({ key_type }) => key_type) ?? faults;
};

describe('a file is read', () => {
  it.each<[string, Buffer | string]>([
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${full}${shop.key}`, 'utf16le')],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${full}${shop.key}`, 'utf16le').swap16()],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${full}${shop.key}`)],
    ['with line ends of Windows', (full + shop.key).replaceAll('\n', '\r\n')],
    ['with line ends of old Macs', (full + shop.key).replaceAll('\n', '\r')],
    [
      'with blanks at line ends, empty lines, and none at its end',
      (full + shop.key).replaceAll('\n', ' \t\n\n').trimEnd(),
    ],
    ['with blocks glued to each other', (full + shop.key).replaceAll('-----\n-----BEGIN', '----------BEGIN')],
    [
      'with a comment in windows-1252',
      Buffer.concat([Buffer.from('# Gesch\xe4ft\n', 'latin1'), Buffer.from(full + shop.key)]),
    ],
    [
      'with what openssl and keytool write around it',
      `Bag Attributes\n    friendlyName: shop\nAlias name: shop\n${full}Key Attributes: <No Attributes>\n${shop.key}`,
    ],
    [
      'with a request and parameters beside',
      `${block('CERTIFICATE REQUEST')}${full}${block('DH PARAMETERS')}${block('EC PARAMETERS')}${shop.key}`,
    ],
    ['with its key first', shop.key + full],
    ['with its key between', shop.certificate + shop.key + middle.certificate],
    ['indented, as in YAML', `tls: |\n${(full + shop.key).replaceAll(/^/gm, '    ')}`],
    ['with its line ends escaped', (full + shop.key).replaceAll('\n', '\\n')],
    ['with its line ends lost to blanks', (full + shop.key).replaceAll('\n', ' ')],
    ['without line ends', (full + shop.key).replaceAll(/(?<!-)\n(?!-)/g, '')],
    [
      'an item of 1Password',
      JSON.stringify({
        ...{ id: 'q3', title: 'acme', category: 'SECURE_NOTE' },
        fields: [
          { id: 'notesPlain', label: 'notesPlain', type: 'STRING' },
          { id: 'a', label: 'Certificate', type: 'STRING', value: full },
          { id: 'b', label: 'private key', type: 'CONCEALED', value: shop.key },
        ],
      }),
    ],
    [
      'a Kubernetes secret',
      JSON.stringify({
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(full), 'tls.key': base64(shop.key) },
      }),
    ],
    [
      'what AWS exports',
      JSON.stringify({ Certificate: shop.certificate, CertificateChain: middle.certificate, PrivateKey: shop.key }),
    ],
    [
      'acme.json of Traefik',
      JSON.stringify({
        le: {
          Account: { Email: 'a@b.c' },
          Certificates: [
            { domain: { main: 'other.acme-store.net' }, certificate: base64(rsa.certificate), key: base64(rsa.key) },
            { domain: { main: 'shop.acme-store.net' }, certificate: base64(full), key: base64(shop.key) },
          ],
        },
      }),
    ],
  ])('that is %s', async (_, content) => {
    const { good, faults } = await load([{ certificate: put('one', content) }]);
    expect(faults).toEqual([]);
    expect(good?.bundle.pairs).toMatchObject([{ certificate: full, key: shop.key }]);
  });

  it('that is DER, certificate and key', async () => {
    const certificate = put('c.der', new X509Certificate(shop.certificate).raw);
    const key = put('k.der', createPrivateKey(shop.key).export({ format: 'der', type: 'pkcs8' }));
    expect(await types([{ certificate, key }])).toEqual(['ecdsa']);
  });

  it('whose chain is apart', async () => {
    const at = (name: string) => join(folder, name);
    const { good } = await load([{ certificate: at('shop.pem'), key: at('shop.key'), chain: at('middle.pem') }]);
    expect(good?.bundle.pairs[0].certificate).toBe(full);
  });

  opensslIt.each(['shop', 'rsa'])('that is PKCS#12, of today and of old, with the right password: %s', async (name) => {
    const args = ['pkcs12', '-export', '-in', `${name}.pem`, '-inkey', `${name}.key`, '-certfile', 'middle.pem'];
    put('pass', 'se cret\n');
    const [file, secret] = [join(folder, 'pass'), ['-passout', 'pass:se cret', '-out', `${name}.p12`]];
    const passwords = new Map([['', { file }]]);
    for (const more of [[], ['-legacy']]) {
      openssl(...args, ...more, ...secret);
      const { good, faults } = await load([{ certificate: join(folder, `${name}.p12`) }], {
        password: () => passwordOf(passwords, 'any'),
      });
      expect(faults).toEqual([]);
      const made = name === 'rsa' ? rsa : shop;
      expect(good?.bundle.pairs[0].certificate).toBe(made.certificate + middle.certificate);
    }
    const locked = await types([{ certificate: join(folder, `${name}.p12`) }]);
    expect(locked).toMatchObject([
      { code: 'CERTIFICATE_PASSWORD', message: expect.stringContaining('--bundle-password') },
    ]);
    const echo = new Map([['any', { command: ['printf', 'se cret'] }]]);
    expect(await passwordOf(echo, 'any')).toBe('se cret');
  });
});

describe('a file is refused by the name of its form, with the command that fixes it', () => {
  const isRefused = async (says: RegExp) => {
    const { good, faults } = await load([{ certificate: join(folder, 'it') }]);
    expect(good).toBeUndefined();
    expect(faults.map(({ message }) => message).join('\n')).toMatch(says);
  };

  opensslIt.each<[string, string[], RegExp]>([
    ['PKCS#7', ['crl2pkcs7', '-nocrl', '-certfile', 'shop.pem'], /openssl pkcs7 -print_certs -in \S+it -out/],
    [
      'PKCS#7 in DER',
      ['crl2pkcs7', '-nocrl', '-certfile', 'shop.pem', '-outform', 'der'],
      /openssl pkcs7 -inform der -print_certs -in \S+it -out/,
    ],
    ['TRUSTED CERTIFICATE', ['x509', '-in', 'shop.pem', '-trustout'], /openssl x509 -in \S+it -out/],
    ['a request', ['req', '-new', '-key', 'shop.key', '-subj', '/CN=a'], /request \(CSR\)/],
  ])('%s', (_, args, says) => {
    openssl(...args, '-out', 'it');
    return isRefused(says);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['a Java keystore', Buffer.from('feedfeed00000002', 'hex'), /keytool -importkeystore -srckeystore \S+it /],
    ['JSON of something else', '{"a": 1}', /JSON without a certificate/],
  ])('%s', (_, content, says) => {
    put('it', content);
    return isRefused(says);
  });
});

describe('a folder has a bundle as it is left there by', () => {
  const N = 'shop.acme-store.net';
  it.each<[string, string, Record<string, string>, string[]]>([
    ['cert-manager', N, { [`${N}/tls.crt`]: full, [`${N}/tls.key`]: shop.key }, ['ecdsa']],
    ['Caddy', N, { [`${N}/${N}.crt`]: full, [`${N}/${N}.key`]: shop.key }, ['ecdsa']],
    [
      'Caddy, of a wildcard',
      '*.acme-store.net',
      {
        'wildcard_.acme-store.net/wildcard_.acme-store.net.crt': full,
        'wildcard_.acme-store.net/wildcard_.acme-store.net.key': shop.key,
      },
      ['ecdsa'],
    ],
    [
      'acme.sh, of a wildcard',
      '*.acme-store.net',
      { '*.acme-store.net_ecc/fullchain.cer': full, '*.acme-store.net_ecc/*.acme-store.net.key': shop.key },
      ['ecdsa'],
    ],
    [
      'lego, of a wildcard',
      '*.acme-store.net',
      { '_.acme-store.net.crt': full, '_.acme-store.net.key': shop.key },
      ['ecdsa'],
    ],
    ['HAProxy', N, { [`${N}.pem`]: full + shop.key }, ['ecdsa']],
    ["Traefik's dumps", N, { [`certs/${N}.crt`]: full, [`private/${N}.key`]: shop.key }, ['ecdsa']],
    [
      "a vendor's zip",
      N,
      { [`${N}/${N}.crt`]: shop.certificate, [`${N}/${N}.key`]: shop.key, [`${N}/${N}.ca-bundle`]: middle.certificate },
      ['ecdsa'],
    ],
    [
      'certbot, a second one for ECDSA',
      N,
      {
        [`${N}/fullchain.pem`]: rsa.certificate,
        [`${N}/privkey.pem`]: rsa.key,
        [`${N}-ecdsa/fullchain.pem`]: full,
        [`${N}-ecdsa/privkey.pem`]: shop.key,
      },
      ['rsa', 'ecdsa'],
    ],
  ])('%s', async (_, name, files, kinds) => {
    folder = await tempFolder();
    for (const [path, content] of Object.entries(files)) put(path, content);
    expect(await types(pairsInFolder(folder)(name))).toEqual(kinds);
  });

  it('nobody: a key without its certificate is said, not passed over', async () => {
    folder = await tempFolder();
    put('acme/rsa.pem', rsa.certificate);
    put('acme/rsa.key', rsa.key);
    put('acme/ecdsa.key', shop.key);
    expect(await types(pairsInFolder(folder)('acme'))).toMatchObject([
      { code: 'CERTIFICATE_FILE_MISSING', message: expect.stringContaining('ecdsa.pem') },
    ]);
  });
});

describe('a declaration', () => {
  it.each([
    ['acme=~/a.pem:~/a.key', ['/home/me/a.pem', '/home/me/a.key']],
    ['*.acme.net=a.pem', ['/desk/a.pem', undefined]],
    ['acme=C:\\a.pem:D:\\b.key', ['/desk/C:\\a.pem', '/desk/D:\\b.key']],
  ])('%s is read', (text, [certificate, key]) => {
    expect(parseDeclaration(text, '/desk', '/home/me')).toMatchObject({
      source: { files: [{ certificate, ...(key === undefined ? {} : { key }) }] },
    });
  });

  it('that cannot hold a path shows the form that can', () => {
    expect(parseDeclaration('acme=a:b:c', '/desk')).toMatchObject({
      fault: expect.stringContaining('{"bundles": {"acme"'),
    });
  });
});
