import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate in PEM and the key it was made with. */
export interface MadeCertificate {
  certificate: string;
  key: string;
  privateKey: KeyObject;
}

export interface CertificateWish {
  hosts: string[];
  keyType?: 'rsa' | 'ec';
  rsaBits?: number;
  digest?: 'sha256' | 'sha384';
  isAuthority?: boolean;
  /** Signs the certificate; itself when absent. */
  signer?: MadeCertificate;
  /** Days from now. */
  days?: number;
}

const der = (tag: number, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
};
const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const name = (text: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const time = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));

const SIGNATURES = {
  rsa: { sha256: '2a864886f70d01010b', sha384: '2a864886f70d01010c' },
  ec: { sha256: '2a8648ce3d040302', sha384: '2a8648ce3d040303' },
} as const;

const DAY_MS = 86_400_000;

/** An X.509 certificate (RFC 5280) for `hosts`, made from scratch. */
export const makeCertificate = (wish: CertificateWish): MadeCertificate => {
  const { hosts, keyType = 'ec', rsaBits = 2048, digest = 'sha256', isAuthority = false, days = 365 } = wish;
  const { privateKey } =
    keyType === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: rsaBits });
  const signer = wish.signer?.privateKey ?? privateKey;
  const algorithm = sequence(oid(SIGNATURES[signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'][digest]));
  const names = hosts.map((host) => der(0x82, Buffer.from(host)));
  const now = Date.now();
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name(wish.signer === undefined ? (hosts[0] ?? '') : 'Acme Signing Authority'),
    sequence(time(now - DAY_MS), time(now + days * DAY_MS)),
    name(hosts[0] ?? ''),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d13', isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()),
        extension('551d11', sequence(...names)),
      ),
    ),
  );
  const signature = der(0x03, Buffer.from([0]), sign(digest, body, signer));
  const text = sequence(body, algorithm, signature)
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  };
};
