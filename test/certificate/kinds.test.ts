import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkPair } from '../../src/certificate/check-pair.ts';
import { RootStore } from '../../src/certificate/root-store.ts';
import { CERTIFICATE_CODES } from '../../src/codes/certificate-codes.ts';
import { type CertificateWish, type MadeCertificate, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { DAY } from '../../src/terms.ts';

// Keys are made once, as that is what takes time.
const rsaKey = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const ecKey = (namedCurve: string, paramEncoding?: 'explicit') =>
  generateKeyPairSync('ec', { namedCurve, ...(paramEncoding && { paramEncoding }) }).privateKey;
const [RSA, P256, P384] = [rsaKey(2_048), ecKey('P-256'), ecKey('P-384')];
const LIFE = { days: 89, fromDays: -1 };
const authority = (name: string, signer?: MadeCertificate, wish: Partial<CertificateWish> = {}) =>
  makeCertificate({
    hosts: [name],
    isAuthority: true,
    privateKey: P256,
    ...(signer && { signer }),
    days: 900,
    ...wish,
  });
const issue = (wish: Partial<CertificateWish> = {}) =>
  makeCertificate({ hosts: ['shop.acme-store.net'], privateKey: P256, signer: middle, ...LIFE, ...wish });

const root = authority('Acme Root');
const middle = authority('Acme Issuing', root);
const internal = authority('Corp Root');
const internalMiddle = authority('Corp Issuing', internal);
const digicert = authority('DigiCert Global Root CA');
const crossed = authority('Acme Root', digicert);
const old = authority('Acme Old', root, { days: -1, fromDays: -900 });
const sha1 = authority('Acme SHA-1', authority('RSA Root', undefined, { privateKey: RSA }), { digest: 'sha1' });
/** Name constraints with one name in DNS: a tree that is permitted (0xa0), or excluded (0xa1). */
const constrained = (tree: number, host: string) => {
  const name = Buffer.from(host);
  const value = Buffer.concat([
    Buffer.from([0x30, name.length + 6, tree, name.length + 4]),
    Buffer.from([0x30, name.length + 2, 0x82, name.length]),
    name,
  ]);
  return authority('Acme Constrained', root, { extensions: [['551d1e', true, value]] });
};
const [elsewhere, notHere, here, beside] = [
  constrained(0xa0, 'elsewhere.net'),
  constrained(0xa1, '.acme-store.net'),
  constrained(0xa0, 'acme-store.net'),
  constrained(0xa1, 'me-store.net'),
];
const roots = new RootStore({ public: [root.certificate, digicert.certificate] });

const told = (made: MadeCertificate, chain: MadeCertificate[] = [], options = {}) => {
  const text = [made, ...chain].map(({ certificate }) => certificate).join('');
  return checkPair({ certificate: text, key: made.key }, { now: Date.now(), minDays: 14, roots, ...options });
};
const signedBy = (signer: MadeCertificate, wish: Partial<CertificateWish> = {}) => issue({ signer, ...wish });
const keyed = (privateKey: KeyObject, wish: Partial<CertificateWish> = {}) => issue({ privateKey, ...wish });
const force = { bundleMethod: 'force' };
const [CLIENT, POISON, ODD] = ['2b06010505070302', '2b06010401d679020403', '2b060104018237'];

type Kind = [
  what: string,
  level: 'error' | 'warning',
  code: keyof typeof CERTIFICATE_CODES,
  ...Parameters<typeof told>,
];
const KINDS: Kind[] = [
  ['10 days left', 'error', 'CERTIFICATE_TOO_SHORT', issue({ days: 10 })],
  ['one hour left', 'error', 'CERTIFICATE_TOO_SHORT', issue({ days: 1 / 24 })],
  ['10 days left, allowed', 'warning', 'CERTIFICATE_TOO_SHORT', issue({ days: 10 }), [], { allowShort: true }],
  ['20 days left, of 30', 'warning', 'CERTIFICATE_EXPIRES_SOON', issue({ days: 20 }), [], { minDays: 30 }],
  ['a life of 398 days, issued in 2026', 'warning', 'CERTIFICATE_OVERLONG', issue({ days: 397 })],
  ['a life of ten years', 'warning', 'CERTIFICATE_OVERLONG', issue({ days: 3_650 })],
  ['a negative serial number', 'error', 'CERTIFICATE_SERIAL', issue({ serial: '80ff' })],
  ['a precertificate', 'error', 'CERTIFICATE_PRECERTIFICATE', issue({ extensions: [[POISON, true]] })],
  ['a critical extension', 'error', 'CERTIFICATE_CRITICAL_EXTENSION', issue({ extensions: [[ODD, true]] })],
  ['explicit curve parameters', 'error', 'CERTIFICATE_CURVE', keyed(ecKey('P-256', 'explicit'))],
  ['P-521', 'error', 'CERTIFICATE_CURVE', keyed(ecKey('P-521'))],
  ['secp256k1', 'error', 'CERTIFICATE_CURVE', keyed(ecKey('secp256k1'))],
  ['secp224r1', 'error', 'CERTIFICATE_CURVE', keyed(ecKey('secp224r1'))],
  ['brainpool', 'error', 'CERTIFICATE_CURVE', keyed(ecKey('brainpoolP256r1'))],
  ['Ed448', 'error', 'CERTIFICATE_KEY_TYPE', keyed(generateKeyPairSync('ed448').privateKey)],
  [
    'RSA-PSS',
    'error',
    'CERTIFICATE_KEY_TYPE',
    keyed(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).privateKey),
  ],
  ['an authority’s rights', 'error', 'CERTIFICATE_NO_LEAF', issue({ isAuthority: true })],
  ['no name but an address', 'error', 'CERTIFICATE_NO_NAMES', issue({ hosts: [] })],
  ['RSA 1024', 'error', 'CERTIFICATE_KEY_TOO_WEAK', keyed(rsaKey(1_024))],
  ['RSA 3072', 'warning', 'CERTIFICATE_KEY_SIZE', keyed(rsaKey(3_072))],
  ['an intermediate twice', 'warning', 'CERTIFICATE_CHAIN_ORDER', issue(), [middle, middle]],
  ['SHA-1', 'error', 'CERTIFICATE_SHA1', signedBy({ ...sha1, privateKey: RSA }, { digest: 'sha1' })],
  ['MD5', 'error', 'CERTIFICATE_SIGNATURE', signedBy({ ...sha1, privateKey: RSA }, { digest: 'md5' })],
  [
    'ECDSA over SHA-384',
    'warning',
    'CERTIFICATE_SIGNATURE_UNSURE',
    signedBy({ ...middle, privateKey: P384 }, { digest: 'sha384' }),
  ],
  [
    'RSA over SHA-512',
    'warning',
    'CERTIFICATE_SIGNATURE_UNSURE',
    signedBy({ ...sha1, privateKey: RSA }, { digest: 'sha512' }),
  ],
  ['staging', 'error', 'CERTIFICATE_STAGING', signedBy(authority('(STAGING) Counterfeit Cashew R10'))],
  [
    'an origin certificate',
    'error',
    'CERTIFICATE_ORIGIN_ONLY',
    signedBy(authority('CloudFlare Origin SSL Certificate Authority')),
  ],
  ['an internal authority', 'error', 'CERTIFICATE_UNTRUSTED', signedBy(internalMiddle), [internalMiddle, internal]],
  ['a root that nobody knows', 'warning', 'CERTIFICATE_ROOT_UNKNOWN', signedBy(internalMiddle), [internalMiddle]],
  ['its root included', 'warning', 'CERTIFICATE_ROOT_INCLUDED', issue(), [middle, root]],
  ['an expired intermediate', 'warning', 'CERTIFICATE_INTERMEDIATE_EXPIRED', signedBy(old), [old]],
  ['an expired intermediate that is served', 'error', 'CERTIFICATE_INTERMEDIATE_EXPIRED', signedBy(old), [old], force],
  ['a SHA-1 intermediate that is served', 'error', 'CERTIFICATE_SHA1', signedBy(sha1), [sha1], force],
  ['a distrusted root', 'warning', 'CERTIFICATE_DISTRUSTED', signedBy(digicert), [digicert]],
  ['a missing intermediate that is served', 'warning', 'CERTIFICATE_CHAIN_INCOMPLETE', issue(), [], force],
  ['an intermediate of another', 'warning', 'CERTIFICATE_CHAIN_ORDER', issue(), [internalMiddle]],
  ['an issuer for other names', 'error', 'CERTIFICATE_NAME_CONSTRAINTS', signedBy(elsewhere), [elsewhere]],
  ['an issuer for all names but its', 'error', 'CERTIFICATE_NAME_CONSTRAINTS', signedBy(notHere), [notHere]],
  ['client use', 'warning', 'CERTIFICATE_NOT_FOR_SERVERS', issue({ usage: [CLIENT] })],
];

describe('a certificate with', () => {
  it.each(KINDS)('%s is one %s: %s', (_, level, code, ...given) => {
    const { pair, problems } = told(...given);
    const [first, ...others] = problems.filter((each) => each.code === code);
    expect(first, JSON.stringify(problems)).toMatchObject({ severity: level, part: 'certificate' });
    expect(others).toEqual([]);
    expect(first?.message).toMatch(/^[A-Z].{20,}\.$/s);
    expect(CERTIFICATE_CODES[code].advice).not.toBe('');
    if (level === 'error') expect(pair).toBeUndefined();
    else expect(pair).toBeDefined();
  });

  it.each<[string, ...Parameters<typeof told>]>([
    ['nothing but itself', issue()],
    ['its chain', issue(), [middle]],
    ['its chain, served as it is', issue(), [middle], force],
    ['an RSA key', keyed(RSA)],
    ['an issuer for its names alone', signedBy(here), [here]],
    ['an issuer for all but others', signedBy(beside), [beside]],
    ['14 days left', issue({ days: 14.01 })],
    ['200 days', issue({ days: 198, fromDays: -1 })],
    ['47 days', issue({ days: 46 })],
    ['a P-384 key', keyed(P384)],
    ['120 names', issue({ hosts: Array.from({ length: 120 }, (_, at) => `s${at}.acme-store.net`) })],
    ['the serial number 1', issue({ serial: '01' })],
    ['the longest serial number', issue({ serial: `7f${'ff'.repeat(19)}` })],
    [
      'a policy, as EV has it',
      issue({ extensions: [['551d20', false, Buffer.from('30093007060567810c0101', 'hex')]] }),
    ],
    ['its root behind it, signed by one that is no longer trusted', issue(), [middle, crossed]],
    ['its root behind it, signed by one that nobody knows', issue(), [middle, authority('Acme Root', internal)]],
    ['must-staple', issue({ extensions: [['2b06010505070118', false]] })],
    [
      'a root of the operator',
      signedBy(internalMiddle),
      [internalMiddle],
      { roots: new RootStore({ own: [internal.certificate] }) },
    ],
  ])('%s is good', (_, ...given) => {
    expect(told(...given).problems).toEqual([]);
  });

  it('its root in the file is sent without', () => {
    const leaf = issue();
    expect(told(leaf, [middle, root]).pair?.certificate).toBe(leaf.certificate + middle.certificate);
  });

  it('its leaf last is told that, and nothing that is not so', () => {
    const leaf = issue();
    const found = checkPair(
      { certificate: middle.certificate + leaf.certificate, key: leaf.key },
      { now: Date.now() + DAY, minDays: 14, roots },
    );
    expect(found.problems.map(({ code }) => code)).toEqual(['CERTIFICATE_LEAF_NOT_FIRST']);
  });
});
