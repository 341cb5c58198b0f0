import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { DAY } from '../terms.ts';

/** A certificate in PEM and the key it was made with. */
export interface MadeCertificate {
  certificate: string;
  key: string;
  privateKey: KeyObject;
  /** Common name of its subject. */
  subject: string;
}

export interface CertificateWish {
  hosts: string[];
  keyType?: 'rsa' | 'ec' | 'ed25519';
  rsaBits?: number;
  curve?: 'P-256' | 'P-384' | 'P-521';
  digest?: Digest;
  /** Instead of a fresh one: making keys is what takes time. */
  privateKey?: KeyObject;
  /** The content of the serial number, in hex. */
  serial?: string;
  /** Further extensions: object identifiers in the hex of their DER, whether they are critical, and their values (NULL where absent). */
  extensions?: [oid: string, critical: boolean, value?: Buffer][];
  isAuthority?: boolean;
  /** Signs the certificate; itself when absent. */
  signer?: MadeCertificate;
  /** Days from now to its end, and to its beginning. */
  days?: number;
  fromDays?: number;
  /** Object identifiers of its extended key usage, in the hex of their DER; none where absent. */
  usage?: string[];
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}
const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const name = (text: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const time = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
const TRUE = der(0x01, Buffer.from([0xff]));
const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));

type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
/** Last bytes of the object identifiers of a signature, by what it is over. */
const SIGNATURES: Record<'rsa' | 'ec', Partial<Record<Digest, string>>> = {
  rsa: { md5: '04', sha1: '05', sha256: '0b', sha384: '0c', sha512: '0d' },
  ec: { sha256: '02', sha384: '03', sha512: '04' },
};

const signatureOf = ({ asymmetricKeyType: type }: KeyObject, digest: Digest): string => {
  if (type === 'ed25519') return '2b6570';
  return type === 'rsa' ? `2a864886f70d0101${SIGNATURES.rsa[digest]}` : `2a8648ce3d0403${SIGNATURES.ec[digest]}`;
};

function keyFor({ keyType = 'ec', rsaBits = 2048, curve = 'P-256' }: CertificateWish): KeyObject {
  if (keyType === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (keyType === 'rsa') return generateKeyPairSync('rsa', { modulusLength: rsaBits }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: curve }).privateKey;
}

/** An X.509 certificate (RFC 5280) for `hosts`, made from scratch. */
export function makeCertificate(wish: CertificateWish): MadeCertificate {
  const { hosts, digest = 'sha256', isAuthority = false, days = isAuthority ? 3_650 : 90, fromDays = -1, usage } = wish;
  const subject = hosts[0] ?? 'nobody';
  const privateKey = wish.privateKey ?? keyFor(wish);
  const signer = wish.signer?.privateKey ?? privateKey;
  const algorithm = sequence(oid(signatureOf(signer, digest)));
  const names = hosts.map((host) => der(0x82, Buffer.from(host)));
  const now = Date.now();
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(wish.serial ?? `01${randomBytes(8).toString('hex')}`, 'hex')),
    algorithm,
    name(wish.signer?.subject ?? subject),
    sequence(time(now + fromDays * DAY), time(now + days * DAY)),
    name(subject),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d13', isAuthority ? sequence(TRUE) : sequence()),
        ...(names.length === 0 ? [] : [extension('551d11', sequence(...names))]),
        ...(usage === undefined ? [] : [extension('551d25', sequence(...usage.map(oid)))]),
        ...(wish.extensions ?? []).map(([id, critical, value]) => extension(id, value ?? der(0x05), critical)),
      ),
    ),
  );
  const signature = der(
    0x03,
    Buffer.from([0]),
    sign(signer.asymmetricKeyType === 'ed25519' ? null : digest, body, signer),
  );
  const text = sequence(body, algorithm, signature)
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    subject,
  };
}
