import { describe, expect, test } from 'vitest';
import { type CertificateWish, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { MINUTE } from '../../src/terms.ts';
import { call, hostnamesPath, type Reply } from './call.ts';
import { SHOP, start } from './running.ts';

const authority = makeCertificate({ hosts: ['Acme Signing Authority'], isAuthority: true });
const HOSTS = [SHOP.hostname];
const made = (wish: Partial<CertificateWish> = {}) => makeCertificate({ hosts: HOSTS, signer: authority, ...wish });
const pair = (wish: Partial<CertificateWish> = {}) => {
  const { certificate, key } = made(wish);
  return { custom_certificate: certificate, custom_key: key };
};

const upload = (sandbox: Sandbox, ssl: object): Promise<Reply> =>
  call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), { ssl });

describe('an uploaded certificate', () => {
  test('is deployed and shown by its serial number and end, never by its PEM or key', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    const { result, status } = await upload(sandbox, pair());
    expect(status).toBe(202);
    expect(result.ssl).toMatchObject({ status: 'pending_deployment', hosts: HOSTS, signature: 'ECDSAWithSHA256' });
    sandbox.clock.advance(MINUTE);
    const shown = sandbox.hostname(SHOP.id)?.ssl;
    expect(shown?.status).toBe('active');
    expect(shown?.serial_number).toMatch(/^\d+$/);
    expect(JSON.stringify(shown)).not.toContain('PRIVATE KEY');
    expect(sandbox.judge().custom_keys).toBe(1);
  });

  test('may be a bundle of an RSA and an ECDSA pair, of which each can be replaced', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    const bundle = [pair({ keyType: 'rsa' }), pair()];
    const { result } = await upload(sandbox, { custom_cert_bundle: bundle });
    const [rsa, ecdsa] = result.ssl?.certificates ?? [];
    const path = `${hostnamesPath(sandbox, SHOP.id)}/certificate_pack/${result.ssl?.id}/certificates`;
    const replaced = await call(sandbox, 'PUT', `${path}/${ecdsa?.id}`, pair());
    expect(replaced.result.ssl?.certificates?.map(({ id }) => id)).not.toContain(ecdsa?.id);
    expect(replaced.result.ssl?.certificates?.map(({ id }) => id)).toContain(rsa?.id);
    expect(replaced.result.ssl?.id).toBe(result.ssl?.id);
    expect(await call(sandbox, 'PUT', `${path}/${rsa?.id}`, pair())).toMatchObject({ code: 1434 });
    expect(await call(sandbox, 'DELETE', `${path}/${rsa?.id}`)).toMatchObject({
      status: 200,
      envelope: { id: rsa?.id },
    });
    const [last] = sandbox.hostname(SHOP.id)?.ssl?.certificates ?? [];
    expect(await call(sandbox, 'DELETE', `${path}/${last?.id}`)).toMatchObject({ code: 1434 });
  });

  test('ends when an ssl object comes without it, and the judge says so', async () => {
    const custom = { ...SHOP, ssl: { serial_number: '42' } };
    const sandbox = await start({ hostnames: [custom] });
    const { result } = await upload(sandbox, { method: 'http', type: 'dv' });
    expect(result.ssl?.status).toBe('initializing');
    expect(result.ssl?.serial_number).toBeUndefined();
    expect(sandbox.judge().settings_lost).toEqual([{ hostname: SHOP.hostname, members: ['ssl.custom_certificate'] }]);
  });

  test('can have its key in a custom CSR', async () => {
    const csr = '99999999-8888-4777-8666-555555555555';
    const zones = [{ id: 'a'.repeat(32), name: 'saas-platform.net', csrs: [csr] }];
    const sandbox = await start({ zones, hostnames: [SHOP] });
    const { result } = await upload(sandbox, { custom_certificate: made().certificate, custom_csr_id: csr });
    expect(result.ssl?.custom_csr_id).toBe(csr);
  });

  const twoLeaves = (): object => {
    const first = made();
    return { custom_certificate: first.certificate + made().certificate, custom_key: first.key };
  };
  test.each<[string, number, () => object]>([
    [
      'of other bytes',
      1426,
      () => ({ ...pair(), custom_certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
    ],
    ['without its key', 1427, () => ({ custom_certificate: made().certificate })],
    ['with a key that is none', 1428, () => ({ ...pair(), custom_key: 'no key' })],
    ['with the key of another', 1429, () => ({ ...pair(), custom_key: made().key })],
    [
      'that signs itself',
      1441,
      () => {
        const { certificate, key } = makeCertificate({ hosts: HOSTS });
        return { custom_certificate: certificate, custom_key: key };
      },
    ],
    ['that ends within two weeks', 1441, () => pair({ days: 10 })],
    ['with a short RSA key', 1441, () => pair({ keyType: 'rsa', rsaBits: 1024 })],
    ['with two leaves', 1444, twoLeaves],
    ['without a leaf', 1445, () => pair({ isAuthority: true })],
    ['for another hostname', 1446, () => pair({ hosts: ['other.acme-store.net'] })],
    ['signed by an algorithm that is not taken', 1447, () => pair({ digest: 'sha384' })],
    ['in a bundle of two of one kind', 1434, () => ({ custom_cert_bundle: [pair(), pair()] })],
  ])('%s is refused with %d', async (_what, code, ssl) => {
    const sandbox = await start({ hostnames: [SHOP] });
    const before = sandbox.hostname(SHOP.id);
    expect(await upload(sandbox, ssl())).toMatchObject({ status: 400, code });
    expect(sandbox.hostname(SHOP.id)).toEqual(before);
  });

  test('for the wildcard above a hostname covers it', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    expect((await upload(sandbox, pair({ hosts: ['*.acme-store.net'] }))).status).toBe(202);
  });
});
