import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { HOUR } from '../terms.ts';

/** What is kept of an uploaded certificate: never its key, nor its PEM. */
export interface UploadedCertificate {
  hosts: readonly string[];
  issuer: string;
  serialNumber: string;
  signature: string;
  fingerprint: string;
  uploadedAt: number;
  expiresAt: number;
  csrId: string | undefined;
  /** The other certificate of a bundle of two. */
  second: Omit<UploadedCertificate, 'second' | 'csrId'> | undefined;
}

/** A certificate that passed every check, or the API error code of the first that it failed. */
export type CertificateResult = { certificate: X509Certificate; signature: string } | { code: number };

/** Signature algorithms the API takes, by the hex of their DER object identifier. */
const SIGNATURES: Record<string, string> = {
  '2a864886f70d01010b': 'SHA256WithRSA',
  '2a864886f70d010105': 'SHA1WithRSA',
  '2a8648ce3d040302': 'ECDSAWithSHA256',
};

/** Offset and length of the content of the DER element at `at`. */
const derElement = (der: Buffer, at: number): { content: number; length: number } => {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { content: at + 2, length: first };
  const octets = first & 0x7f;
  return { content: at + 2 + octets, length: der.readUIntBE(at + 2, octets) };
};

/** The signature algorithm: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID … }, … }. */
const signatureOf = (certificate: X509Certificate): string | undefined => {
  const der = certificate.raw;
  const tbs = derElement(der, derElement(der, 0).content);
  const oid = derElement(der, derElement(der, tbs.content + tbs.length).content);
  return SIGNATURES[der.toString('hex', oid.content, oid.content + oid.length)];
};

/** The names of the subjectAltName extension. */
export const hostsOf = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice(4).toLowerCase());

const covers = (hosts: string[], hostname: string): boolean =>
  hosts.includes(hostname) || hosts.includes(`*.${hostname.split('.').slice(1).join('.')}`);

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const privateKey = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
};

const samePublicKey = (left: KeyObject, right: KeyObject): boolean => {
  const form = { type: 'spki', format: 'der' } as const;
  return left.export(form).equals(right.export(form));
};

/**
 * Checks an uploaded certificate as the API does (codes 1426 to 1429, 1441, 1444 to 1447). `key` is undefined where a
 * CSR holds it. Whether the chain ends in a public root cannot be told here: only a self-signed leaf is refused, and
 * only where `refuseSelfSigned`.
 */
export const checkCertificate = (
  pem: string,
  key: string | undefined,
  hostname: string,
  refuseSelfSigned: boolean,
): CertificateResult => {
  if (pem.trim() === '' || key?.trim() === '') return { code: 1427 };
  const blocks = pem.match(PEM_CERTIFICATE);
  if (blocks === null) return { code: 1426 };
  let chain: X509Certificate[];
  try {
    chain = blocks.map((block) => new X509Certificate(block));
  } catch {
    return { code: 1426 };
  }
  const leaves = chain.filter((certificate) => !certificate.ca);
  const [leaf] = leaves;
  if (leaf === undefined) return { code: 1445 };
  if (leaves.length > 1) return { code: 1444 };
  const signature = signatureOf(leaf);
  if (signature === undefined) return { code: 1447 };
  if (key !== undefined) {
    const parsed = privateKey(key);
    if (parsed === undefined) return { code: 1428 };
    if (!samePublicKey(createPublicKey(parsed), leaf.publicKey)) return { code: 1429 };
  }
  if (!covers(hostsOf(leaf), hostname)) return { code: 1446 };
  if (refuseSelfSigned && leaf.verify(leaf.publicKey)) return { code: 1441 };
  return { certificate: leaf, signature };
};

/** What is stored of a checked certificate. */
export const uploadedCertificate = (
  { certificate, signature }: { certificate: X509Certificate; signature: string },
  uploadedAt: number,
): Omit<UploadedCertificate, 'second' | 'csrId'> => ({
  hosts: hostsOf(certificate),
  issuer: /^(?:O|CN)=(.*)$/m.exec(certificate.issuer)?.[1] ?? certificate.issuer,
  serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
  signature,
  fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  uploadedAt,
  expiresAt: Date.parse(certificate.validTo),
});

/** The API refuses certificates that end within this time (documented for zone certificates). */
export const LEAST_LIFE_MS = 14 * 24 * HOUR;
