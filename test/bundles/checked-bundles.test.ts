import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BundleSettings, BundleSource } from '../../src/bundles/bundle-source.ts';
import { CheckedBundles } from '../../src/bundles/checked-bundles.ts';
import type { Bundle } from '../../src/certificate/bundle.ts';
import type { Row } from '../../src/manifest/row.ts';
import { type CertificateWish, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { jsonl, readEntries } from '../manifest/read-entries.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const issue = (wish: Partial<CertificateWish> = {}) =>
  makeCertificate({ hosts: ['shop.acme-store.net', '*.shop.acme-store.net'], signer: root, ...wish });
const [shop, rsa] = [issue(), issue({ keyType: 'rsa' })];

/** A folder with a manifest in it, and what its rows come to. */
async function bundlesWith(files: Record<string, string>, settings: Partial<BundleSettings> = {}) {
  const folder = await tempFolder();
  const put = async (name: string, content: string, mode = 0o600) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode });
  };
  for (const [name, content] of Object.entries(files)) await put(name, content);
  const kept: Bundle[] = [];
  const bundles = new CheckedBundles({
    ...{ declared: new Map(), roots: [], minDays: 14, strictPermissions: false, ...settings },
    ...{ manifestFolder: folder, now: Date.now() },
    keep: async (bundle) => void kept.push(bundle),
  });
  const of = async (row: object) => {
    const { rows, codes } = await readEntries(jsonl({ hostname: 'shop.acme-store.net', ...row }));
    const [read] = rows;
    if (read?.bundle === undefined) throw new Error(`the row asks for no bundle: ${codes.join()}`);
    return bundles.of(read as Row, read.bundle);
  };
  const codesOf = async (row: object) => {
    const found = await of(row);
    return 'faults' in found ? found.faults.map(({ code }) => code) : [];
  };
  return { folder, put, bundles, kept, of, codesOf };
}

const own = (certificate: string, key: string) => ({
  ssl: { custom_certificate_file: certificate, custom_key_file: key },
});
const pairFiles = { 'c.pem': shop.certificate, 'k.key': shop.key };
const declaredAt = (source: BundleSource) => ({ declared: new Map([['acme', source]]) });

describe('a row', () => {
  it('gets the pair whose files it names, by a reference without PEM', async () => {
    const { of, kept, bundles } = await bundlesWith(pairFiles);
    const found = await of(own('c.pem', 'k.key'));
    expect(found).toMatchObject({ ref: { name: 'c.pem', certificates: [{ key_type: 'ecdsa' }] } });
    expect(JSON.stringify(found)).not.toContain('BEGIN');
    expect(kept).toMatchObject([{ pairs: [{ certificate: shop.certificate, key: shop.key }] }]);
    expect(bundles.warnings()).toEqual([]);
  });

  it('gets two pairs of an array', async () => {
    const { of } = await bundlesWith({ ...pairFiles, 'r.pem': rsa.certificate, 'r.key': rsa.key });
    const pair = (certificate: string, key: string) => own(certificate, key).ssl;
    const found = await of({ ssl: { custom_cert_bundle: [pair('c.pem', 'k.key'), pair('r.pem', 'r.key')] } });
    expect(found).toMatchObject({ ref: { certificates: [{ key_type: 'ecdsa' }, { key_type: 'rsa' }] } });
  });

  it('may leave the key with a CSR', async () => {
    const { of, kept } = await bundlesWith(pairFiles);
    const custom_csr_id = '7b163417-1d2b-4c84-a38a-2fb7a0cd7752';
    await of({ ssl: { custom_certificate_file: 'c.pem', custom_csr_id } });
    expect(kept).toMatchObject([{ pairs: [{ csr_id: custom_csr_id }] }]);
  });

  it('may hold PEM itself, and is warned about', async () => {
    const { of, bundles } = await bundlesWith({});
    expect(await of({ ssl: { custom_certificate: shop.certificate, custom_key: shop.key } })).toHaveProperty('ref');
    expect(bundles.warnings()).toMatchObject([{ level: 'warning', code: 'CERTIFICATE_INLINE' }]);
  });

  it('is refused a certificate that is not for its hostname', async () => {
    const { codesOf } = await bundlesWith(pairFiles);
    const not = ['CERTIFICATE_HOSTNAME_NOT_COVERED'];
    expect(await codesOf({ hostname: 'acme-store.net', ...own('c.pem', 'k.key') })).toEqual(not);
    expect(await codesOf({ hostname: 'a.b.shop.acme-store.net', ...own('c.pem', 'k.key') })).toEqual(not);
    expect(await codesOf({ hostname: '*.acme-store.net', ...own('c.pem', 'k.key') })).toEqual(not);
    expect(await codesOf({ hostname: '*.shop.acme-store.net', ...own('c.pem', 'k.key') })).toEqual([]);
    expect(await codesOf({ hostname: 'X.shop.acme-store.net', ...own('c.pem', 'k.key') })).toEqual([]);
  });

  it('hears of everything at once, each with its file and field, and nothing of a key', async () => {
    const { of } = await bundlesWith({ 'c.pem': issue({ days: -1, fromDays: -9 }).certificate, 'k.key': shop.key });
    const found = await of(own('c.pem', 'k.key'));
    expect(found).toMatchObject({
      faults: [
        {
          code: 'CERTIFICATE_EXPIRED',
          column: 'ssl.custom_certificate_file',
          message: expect.stringMatching(/^c\.pem: /),
        },
        {
          code: 'CERTIFICATE_KEY_MISMATCH',
          column: 'ssl.custom_key_file',
          message: expect.stringMatching(/^k\.key: /),
        },
      ],
    });
    expect(JSON.stringify(found)).not.toContain(shop.key.split('\n')[1]);
  });

  it('is shown the very line that unlocks a key', async () => {
    const locked = shop.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    const { of, folder } = await bundlesWith({ 'c.pem': shop.certificate, 'k.key': locked.toString() });
    expect(await of(own('c.pem', 'k.key'))).toMatchObject({
      faults: [{ message: expect.stringContaining(`openssl pkey -in ${join(folder, 'k.key')} -out open.key`) }],
    });
  });
});

describe('a file that a row names', () => {
  it('must be in the folder of the manifest, whatever leads there', async () => {
    const outside = await bundlesWith(pairFiles);
    const { codesOf, folder } = await bundlesWith(pairFiles);
    await symlink(outside.folder, join(folder, 'link'));
    const refused = ['CERTIFICATE_FILE_OUTSIDE', 'CERTIFICATE_FILE_OUTSIDE'];
    expect(await codesOf(own('link/c.pem', 'link/k.key'))).toEqual(refused);
    expect(await codesOf(own(join(outside.folder, 'c.pem'), join(outside.folder, 'k.key')))).toEqual(refused);
    expect(await codesOf(own('../x/../c.pem', 'k.key'))).toEqual(['CERTIFICATE_FILE_MISSING']);
    const allowed = await bundlesWith({}, { roots: [outside.folder] });
    expect(await allowed.codesOf(own(join(outside.folder, 'c.pem'), join(outside.folder, 'k.key')))).toEqual([]);
  });

  it('must be a file of a sensible size', async () => {
    const { codesOf, put, folder } = await bundlesWith(pairFiles);
    await mkdir(join(folder, 'sub'));
    await put('big.pem', 'x'.repeat(300_000));
    expect(await codesOf(own('sub', 'none.key'))).toEqual(['CERTIFICATE_FILE_MISSING']);
    expect(await codesOf(own('sub', 'k.key'))).toEqual(['CERTIFICATE_FILE_UNREADABLE']);
    expect(await codesOf(own('big.pem', 'k.key'))).toEqual(['CERTIFICATE_FILE_TOO_LARGE']);
  });

  it('should not be open to others where it holds a key, and must not where that is asked for', async () => {
    const loose = await bundlesWith(pairFiles);
    await chmod(join(loose.folder, 'k.key'), 0o640);
    expect(await loose.codesOf(own('c.pem', 'k.key'))).toEqual([]);
    const message = expect.stringContaining(`chmod 600 ${join(loose.folder, 'k.key')}`);
    expect(loose.bundles.warnings()).toEqual([{ level: 'warning', code: 'CERTIFICATE_KEY_FILE_OPEN', message }]);
    const strict = await bundlesWith(pairFiles, { strictPermissions: true });
    await chmod(join(strict.folder, 'k.key'), 0o604);
    expect(await strict.codesOf(own('c.pem', 'k.key'))).toEqual(['CERTIFICATE_KEY_FILE_OPEN']);
  });
});

describe('a bundle by name', () => {
  it('is read, checked and kept once, however many rows name it', async () => {
    const script = `require('fs').appendFileSync(process.argv[1], 'ran\\n'); console.log(process.argv[2])`;
    const log = join(await tempFolder(), 'log');
    const output = JSON.stringify({ data: { data: { certificate: shop.certificate, private_key: shop.key } } });
    const { of, kept } = await bundlesWith({}, declaredAt({ command: [process.execPath, '-e', script, log, output] }));
    for (let row = 0; row < 50; row++) expect(await of({ bundle: 'acme' })).toMatchObject({ ref: { name: 'acme' } });
    expect(kept).toHaveLength(1);
    expect(await readFile(log, 'utf8')).toBe('ran\n');
  });

  it.each([
    [
      'rsa.pem and ecdsa.pem',
      {
        'f/acme/rsa.pem': rsa.certificate,
        'f/acme/rsa.key': rsa.key,
        'f/acme/ecdsa.pem': shop.certificate,
        'f/acme/ecdsa.key': shop.key,
      },
      2,
    ],
    ['certbot', { 'f/acme/fullchain.pem': shop.certificate, 'f/acme/privkey.pem': shop.key }, 1],
    ['lego', { 'f/acme.crt': shop.certificate, 'f/acme.key': shop.key }, 1],
    [
      'acme.sh',
      {
        'f/acme/fullchain.cer': rsa.certificate,
        'f/acme/acme.key': rsa.key,
        'f/acme_ecc/fullchain.cer': shop.certificate,
        'f/acme_ecc/acme.key': shop.key,
      },
      2,
    ],
  ])('is found in a folder as of %s', async (_, files, pairs) => {
    const { folder } = await bundlesWith(files);
    const { of } = await bundlesWith({}, { folder: join(folder, 'f') });
    const found = await of({ bundle: 'acme' });
    expect(found).toMatchObject({ ref: { certificates: { length: pairs } } });
  });

  it('may be any pair of the folder that is for the hostname, and is refused where none is', async () => {
    const { folder } = await bundlesWith({ 'f/deep/one.pem': shop.certificate + shop.key, 'f/deep/two.pem': 'no PEM' });
    const { of, kept } = await bundlesWith({}, { folder: join(folder, 'f') });
    for (let row = 0; row < 3; row++) expect(await of({ bundle: '*' })).toMatchObject({ ref: { certificates: [{}] } });
    expect(kept).toHaveLength(1);
    expect(await of({ bundle: '*', hostname: 'elsewhere.acme-store.net' })).toMatchObject({
      faults: [{ code: 'CERTIFICATE_NONE_COVERS', message: expect.stringContaining('elsewhere.acme-store.net') }],
    });
  });

  it('is told of by its entry in a file of many, and without what it names besides', async () => {
    const wide = makeCertificate({ hosts: ['*.acme-store.net'], keyType: 'rsa', signer: root });
    const entry = ({ certificate, key, subject }: typeof wide) => ({ domain: { main: subject }, certificate, key });
    const { folder } = await bundlesWith({
      'f/acme.json': JSON.stringify({ le: { Certificates: [entry(shop), entry(wide)] } }),
    });
    const { of, bundles } = await bundlesWith({}, { folder: join(folder, 'f') });
    const name = expect.stringMatching(/acme\.json \(\S+\), .*acme\.json \(\S+\)$/);
    expect(await of({ bundle: '*' })).toMatchObject({ ref: { name, certificates: [{}, {}] } });
    expect(bundles.warnings().map(({ code }) => code)).not.toContain('CERTIFICATE_BUNDLE_NAMES');
  });

  it('is with --match san offered to rows that ask for no certificate, and those that none is for are told', async () => {
    const { folder } = await bundlesWith({ 'f/one.pem': shop.certificate + shop.key });
    const { bundles } = await bundlesWith({}, { folder: join(folder, 'f'), matchNames: true });
    const names = ['shop', 'other', 'www', 'a', 'b', 'c'].map((label) => ({ hostname: `${label}.acme-store.net` }));
    const asks = [
      {},
      {},
      { custom_metadata: { a: 'b' } },
      { ssl: { certificate_authority: 'google' } },
      { recheck: true },
    ];
    const text = jsonl(...names.map((name, at) => ({ ...name, ...asks[at] })));
    const { rows, codes } = await readEntries(text, { matchNames: true });
    expect(codes).toEqual([]);
    const found = await Promise.all(rows.map(async (row) => (row.bundle ? bundles.of(row, row.bundle) : 'left')));
    expect(found.map((one) => Object.keys(one)[0])).toEqual(['ref', 'unmatched', 'unmatched', '0', '0', 'unmatched']);
    expect(bundles.warnings()).toMatchObject([
      {
        code: 'CERTIFICATE_NONE_COVERS',
        message: expect.stringMatching(/3 of the hostnames.*: other\.\S+, www\.\S+, c\./),
      },
    ]);
  });

  it('is unknown where nobody has declared it, with the nearest one that is', async () => {
    const { of } = await bundlesWith({}, declaredAt({ files: [] }));
    expect(await of({ bundle: 'acmee' })).toMatchObject({
      faults: [{ code: 'CERTIFICATE_BUNDLE_UNKNOWN', message: expect.stringContaining('did you mean "acme"?') }],
      shared: 'bundle "acmee"',
    });
  });

  it('may be one file with certificate and key', async () => {
    const { folder } = await bundlesWith({ 'both.pem': shop.certificate + shop.key });
    const { of } = await bundlesWith({}, declaredAt({ files: [{ certificate: join(folder, 'both.pem') }] }));
    expect(await of({ bundle: 'acme' })).toHaveProperty('ref');
  });
});
