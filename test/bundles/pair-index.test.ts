import { X509Certificate } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { loadBundle } from '../../src/bundles/load-bundle.ts';
import { PairIndex } from '../../src/bundles/pair-index.ts';
import type { LiveCertificate } from '../../src/hostname/live.ts';
import { type CertificateWish, type MadeCertificate, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { DAY } from '../../src/terms.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const issue = (hosts: string[], wish: Partial<CertificateWish> = {}) =>
  makeCertificate({ hosts, signer: root, ...wish });
const wide = issue(['*.acme-store.net'], { days: 80 });
const shop = issue(['shop.acme-store.net'], { days: 60 });
const shopRsa = issue(['shop.acme-store.net'], { days: 79, keyType: 'rsa' });
const old = issue(['shop.acme-store.net'], { days: 20 });
const keyless = issue(['pay.acme-store.net']);

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await tempFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  return folder;
}
const print = (one: MadeCertificate) =>
  new X509Certificate(one.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
/** The files of a pair that is in one. */
const inOne = (certificate: string | undefined, one: MadeCertificate) => ({ certificate, leaf: print(one) });
const both = ({ certificate, key }: MadeCertificate) => certificate + key;

it('finds pairs by what is in the files: for a name the longest valid, of both kinds where they last alike', async () => {
  const folder = await folderOf({
    'a/b/one.txt': both(wide),
    'x/cert.pem': shop.certificate,
    'x/fullchain.pem': shop.certificate + root.certificate,
    'y.key': shop.key,
    'rsa.pem': shopRsa.certificate,
    'secret/rsa': shopRsa.key,
    'old.pem': both(old),
    'keyless.crt': keyless.certificate,
    'notes.md': 'nothing here',
    '.hidden/pay.pem': both(keyless),
  });
  await symlink(folder, join(folder, 'loop'));
  const index = await PairIndex.read(folder);
  const at = (...names: string[]) => names.map((name) => join(folder, name));
  const filesFor = async (hostname: string, now = Date.now()) =>
    (await index.covering(hostname, now)).map(({ files }) => files);
  const [wideFile, rsaFile, rsaKey, chain, key] = at(
    'a/b/one.txt',
    'rsa.pem',
    'secret/rsa',
    'x/fullchain.pem',
    'y.key',
  );
  expect(await filesFor('shop.acme-store.net')).toEqual([inOne(wideFile, wide), { certificate: rsaFile, key: rsaKey }]);
  expect(await filesFor('www.acme-store.net')).toEqual([inOne(wideFile, wide)]);
  expect(await filesFor('pay.acme-store.net')).toEqual([inOne(wideFile, wide)]);
  expect(await filesFor('acme-store.net')).toEqual([]);
  expect(await filesFor('shop.acme-store.net', Date.now() + 81 * DAY)).toEqual([]);
  const found = (certificate: LiveCertificate) => index.ofCertificate(certificate);
  expect((await found({ fingerprint_sha256: print(shop) }))?.files).toEqual({ certificate: chain, key });
  expect(await found({ fingerprint_sha256: print(keyless) })).toBeUndefined();
  expect(await found({ fingerprint_sha256: '00' })).toBeUndefined();
  const again = await PairIndex.read(folder);
  const together = [shop, shopRsa, old, wide].map((one) => again.ofCertificate({ fingerprint_sha256: print(one) }));
  expect(await Promise.all(together)).not.toContain(undefined);
  const serial_number = BigInt(`0x${new X509Certificate(old.certificate).serialNumber}`).toString();
  expect((await found({ serial_number }))?.files).toEqual(inOne(join(folder, 'old.pem'), old));
});

it('finds the pairs within files of JSON, as Traefik and Kubernetes have them', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const entry = (one: MadeCertificate) => ({
    domain: { main: one.subject },
    certificate: base64(one.certificate + root.certificate),
    key: base64(one.key),
  });
  const acme = { le: { Account: {}, Certificates: [shop, wide].map(entry) }, rsa: { Certificates: [entry(shopRsa)] } };
  const secret = { kind: 'Secret', data: { 'tls.crt': base64(old.certificate), 'tls.key': base64(old.key) } };
  const folder = await folderOf({
    'acme.json': JSON.stringify(acme),
    'secret.json': JSON.stringify(secret),
    'x.json': '{',
  });
  const index = await PairIndex.read(folder);
  const file = join(folder, 'acme.json');
  const covering = await index.covering('shop.acme-store.net', Date.now());
  expect(covering.map(({ files }) => files)).toEqual([inOne(file, wide), inOne(file, shopRsa)]);
  expect((await index.ofCertificate({ fingerprint_sha256: print(shop) }))?.files).toEqual(inOne(file, shop));
  const found = await index.ofCertificate({ fingerprint_sha256: print(old) });
  expect(found?.files).toEqual(inOne(join(folder, 'secret.json'), old));
  const inputs = covering.map(({ files }) => ({
    ...files,
    certificate: { place: file, path: file },
    key: undefined,
    chain: undefined,
  }));
  const { good, faults } = await loadBundle('any', inputs as never, {
    now: Date.now(),
    minDays: 14,
    strictPermissions: true,
  });
  expect([faults, good?.bundle.pairs.map(({ key }) => key)]).toEqual([[], [wide.key, shopRsa.key]]);
});
