import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CheckOptions } from '../../src/certificate/check-options.ts';
import { checkPair, type PairText } from '../../src/certificate/check-pair.ts';
import { type CertificateWish, makeCertificate } from '../../src/sandbox/make-certificate.ts';

const HOSTS = ['shop.acme-store.net', '*.acme-store.net'];
const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const middle = makeCertificate({ hosts: ['Acme Intermediate'], isAuthority: true, signer: root });
const issue = (wish: Partial<CertificateWish> = {}) => makeCertificate({ hosts: HOSTS, signer: middle, ...wish });
const shop = issue();
const rsa = issue({ keyType: 'rsa' });
const other = issue();

const checked = (text: PairText, options: Partial<CheckOptions> = {}) =>
  checkPair(text, { now: Date.now(), minDays: 14, ...options });
const codesOf = (...given: Parameters<typeof checked>) => checked(...given).problems.map(({ code }) => code);
/** A certificate that is `wish`, with its own key. */
const made = (wish: Partial<CertificateWish>): PairText => {
  const { certificate, key } = issue(wish);
  return { certificate, key };
};
const selfSigned = makeCertificate({ hosts: HOSTS });
const selfSignedAuthority = makeCertificate({ hosts: HOSTS, isAuthority: true });
const keyAs = (type: 'pkcs1' | 'sec1' | 'pkcs8', { key }: { key: string }, lock = {}) =>
  createPrivateKey(key)
    .export({ type, format: 'pem', ...lock } as never)
    .toString();
/** What `openssl ecparam -genkey` writes in front of a key on P-256. */
const EC_PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

describe('a pair that is good', () => {
  it.each([
    ['PKCS#8', rsa, keyAs('pkcs8', rsa)],
    ['PKCS#1', rsa, keyAs('pkcs1', rsa)],
    ['SEC1', shop, keyAs('sec1', shop)],
    ['SEC1 behind its parameters', shop, `${EC_PARAMETERS}${keyAs('sec1', shop)}`],
    ['CRLF line ends', shop, shop.key.replaceAll('\n', '\r\n')],
    ['text around it', shop, `Bag Attributes\n  friendlyName: shop\n${shop.key}\n`],
  ])('may have its key as %s', (_name, { certificate }, key) => {
    const { pair, problems } = checked({ certificate, key });
    expect(problems).toEqual([]);
    expect(pair?.key?.startsWith('-----BEGIN ')).toBe(true);
    expect(pair?.key).not.toMatch(/EC PARAMETERS|\r|friendlyName/);
    expect(pair && createPrivateKey(pair.key ?? '').equals(createPrivateKey(key))).toBe(true);
  });

  it('says what is public of it', () => {
    const { pair } = checked(rsa);
    expect(pair?.facts).toMatchObject({
      ...{ issuer: 'Acme Intermediate', key_type: 'rsa', key_size: 2048, signature: 'ECDSAWithSHA256', hosts: HOSTS },
    });
    expect(pair?.facts.serial_number).toMatch(/^\d+$/);
    expect(pair?.facts.fingerprint_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(pair?.facts.expires_on).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('sends its certificates and nothing else of the file, whole chain or leaf alone', () => {
    const chain = `${shop.certificate}${middle.certificate}`;
    const { pair, problems } = checked({ certificate: `# shop\n${chain}${shop.key}`, key: shop.key });
    expect(problems).toEqual([]);
    expect(pair?.certificate).toBe(chain);
  });

  it('may leave its key with a CSR', () => {
    const { pair, problems } = checked({ certificate: shop.certificate, csr_id: 'csr' });
    expect([problems, pair?.csr_id, pair?.key]).toEqual([[], 'csr', undefined]);
  });
});

describe('a pair is refused', () => {
  const { certificate, key } = shop;
  const garbled = certificate.replace(/[A-Za-z0-9+/]{40}/, '!'.repeat(40));
  it.each<[string, PairText]>([
    ['CERTIFICATE_EMPTY', { certificate: ' \n', key }],
    ['CERTIFICATE_UNPARSEABLE', { certificate: 'no PEM at all', key }],
    ['CERTIFICATE_UNPARSEABLE', { certificate: garbled, key }],
    ['CERTIFICATE_UNPARSEABLE', { certificate: key, key }],
    ['CERTIFICATE_NO_LEAF', { certificate: middle.certificate + root.certificate, key: middle.key }],
    ['CERTIFICATE_SEVERAL_LEAVES', { certificate: certificate + other.certificate, key }],
    ['CERTIFICATE_LEAF_NOT_FIRST', { certificate: middle.certificate + certificate, key: middle.key }],
    ['CERTIFICATE_SELF_SIGNED', selfSigned],
    ['CERTIFICATE_SELF_SIGNED', selfSignedAuthority],
    ['CERTIFICATE_EXPIRED', made({ days: -1, fromDays: -30 })],
    ['CERTIFICATE_NOT_YET_VALID', made({ days: 60, fromDays: 2 })],
    ['CERTIFICATE_NO_NAMES', made({ hosts: [] })],
    ['CERTIFICATE_KEY_TYPE', made({ keyType: 'ed25519' })],
    ['CERTIFICATE_KEY_TOO_WEAK', made({ keyType: 'rsa', rsaBits: 1024 })],
    ['CERTIFICATE_CURVE', made({ curve: 'P-521' })],
    ['CERTIFICATE_KEY_MISSING', { certificate }],
    ['CERTIFICATE_KEY_MISSING', { certificate, key: '' }],
    ['CERTIFICATE_KEY_MISSING', { certificate, key: certificate }],
    ['CERTIFICATE_KEY_MISSING', { certificate, key: EC_PARAMETERS }],
    ['CERTIFICATE_SEVERAL_KEYS', { certificate, key: key + other.key }],
    [
      'CERTIFICATE_KEY_ENCRYPTED',
      { certificate, key: keyAs('pkcs8', shop, { cipher: 'aes-256-cbc', passphrase: 'x' }) },
    ],
    [
      'CERTIFICATE_KEY_ENCRYPTED',
      { certificate, key: keyAs('sec1', shop, { cipher: 'aes-256-cbc', passphrase: 'x' }) },
    ],
    ['CERTIFICATE_KEY_UNPARSEABLE', { certificate, key: key.replace(/[A-Za-z0-9+/]{40}/, '!'.repeat(40)) }],
    ['CERTIFICATE_KEY_MISMATCH', { certificate, key: other.key }],
    ['CERTIFICATE_KEY_MISMATCH', { certificate, key: rsa.key }],
  ])('with %s', (code, text) => {
    const { pair, problems } = checked(text);
    expect(problems.filter(({ severity }) => severity === 'error').map((each) => each.code)).toContain(code);
    expect(pair).toBeUndefined();
    for (const { message } of problems) {
      expect(message).toMatch(/^[A-Z].*[.y]$/s);
      for (const line of (text.key ?? '').split('\n').filter((each) => each.length > 20))
        expect(message).not.toContain(line);
    }
  });

  it('for everything that is wrong with it at once', () => {
    const weak = issue({ keyType: 'rsa', rsaBits: 1024, days: -1, fromDays: -9 });
    expect(codesOf({ certificate: weak.certificate, key: other.key })).toEqual([
      ...['CERTIFICATE_EXPIRED', 'CERTIFICATE_KEY_TOO_WEAK', 'CERTIFICATE_KEY_MISMATCH'],
    ]);
  });
});

describe('a pair that is good is warned about', () => {
  it('when it ends sooner than is asked for', () => {
    const { certificate, key } = issue({ days: 20 });
    expect(checked({ certificate, key }, { minDays: 30 })).toMatchObject({
      pair: { key },
      problems: [
        { code: 'CERTIFICATE_EXPIRES_SOON', severity: 'warning', message: expect.stringContaining('fewer than 30') },
      ],
    });
    expect(codesOf({ certificate, key }, { minDays: 14 })).toEqual([]);
  });

  it('when its chain is out of order or of another certificate, whatever becomes of it', () => {
    const jumbled = shop.certificate + root.certificate + middle.certificate;
    expect(codesOf({ certificate: jumbled, key: shop.key })).toEqual(['CERTIFICATE_CHAIN_ORDER']);
    const strange = makeCertificate({ hosts: ['Other Root'], isAuthority: true });
    expect(codesOf({ certificate: shop.certificate + strange.certificate, key: shop.key })).toEqual([
      'CERTIFICATE_CHAIN_ORDER',
    ]);
  });

  it('when its chain is missing, where it is served as it is given', () => {
    const { certificate, key } = shop;
    expect(codesOf({ certificate, key }, { bundleMethod: 'force' })).toEqual(['CERTIFICATE_CHAIN_INCOMPLETE']);
    expect(codesOf({ certificate: certificate + middle.certificate, key }, { bundleMethod: 'force' })).toEqual([]);
    expect(codesOf({ certificate, key }, { bundleMethod: 'optimal' })).toEqual([]);
  });

  it('when it is not meant for servers', () => {
    const [servers, clients] = ['2b06010505070301', '2b06010505070302'];
    expect(codesOf(made({ usage: [clients] }))).toEqual(['CERTIFICATE_NOT_FOR_SERVERS']);
    expect(codesOf(made({ usage: [clients, servers] }))).toEqual([]);
  });
});
