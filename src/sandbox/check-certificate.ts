import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { HOUR } from '../terms.ts';
import type { Knobs } from './knobs.ts';
import { hostsOf } from './uploaded-certificate.ts';

/** A certificate that passed every check, or the API error code of the first that it failed. */
export type CertificateResult = { certificate: X509Certificate; signature: string } | { code: number };

/** Signature algorithms the API lists for custom hostnames, by the hex of their DER object identifier. */
const LISTED: Record<string, string> = {
  '2a864886f70d01010b': 'SHA256WithRSA',
  '2a864886f70d010105': 'SHA1WithRSA',
  '2a8648ce3d040302': 'ECDSAWithSHA256',
};
/** Those that its pages on uploads count as SHA-2 besides. */
const SHA2: Record<string, string> = {
  ...LISTED,
  '2a864886f70d01010c': 'SHA384WithRSA',
  '2a864886f70d01010d': 'SHA512WithRSA',
  '2a8648ce3d040303': 'ECDSAWithSHA384',
  '2a8648ce3d040304': 'ECDSAWithSHA512',
};

/** Offset and length of the content of the DER element at `at`. */
function derElement(der: Buffer, at: number): { content: number; length: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { content: at + 2, length: first };
  const octets = first & 0x7f;
  return { content: at + 2 + octets, length: der.readUIntBE(at + 2, octets) };
}

/** The signature algorithm: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID … }, … }. */
function signatureOf(certificate: X509Certificate, taken: Knobs['upload_signatures']): string | undefined {
  const der = certificate.raw;
  const tbs = derElement(der, derElement(der, 0).content);
  const oid = derElement(der, derElement(der, tbs.content + tbs.length).content);
  return (taken === 'sha2' ? SHA2 : LISTED)[der.toString('hex', oid.content, oid.content + oid.length)];
}

const covers = (hosts: string[], hostname: string): boolean =>
  hosts.includes(hostname) || hosts.includes(`*.${hostname.split('.').slice(1).join('.')}`);

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function samePublicKey(left: KeyObject, right: KeyObject): boolean {
  const form = { type: 'spki', format: 'der' } as const;
  return left.export(form).equals(right.export(form));
}

/** Least sizes of keys and least life of a certificate; documented for the certificates of zones. */
const LEAST_RSA_BITS = 2_048;
const LEAST_LIFE_MS = 14 * 24 * HOUR;

const isTooWeak = ({ publicKey }: X509Certificate): boolean =>
  publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS;

/** What a certificate is checked against; `now` is virtual Unix milliseconds. */
export interface CertificateContext {
  hostname: string;
  now: number;
  /** Whether the chain ends in a public root cannot be told here; a self-signed leaf certainly does not. */
  refuseSelfSigned: boolean;
  signatures: Knobs['upload_signatures'];
}

/** The leaf of a chain in PEM, or the code of what is wrong with the chain. */
function leafOf(pem: string): { leaf: X509Certificate } | { code: number } {
  const blocks = pem.match(PEM_CERTIFICATE);
  if (blocks === null) return { code: 1426 };
  try {
    const [leaf, another] = blocks.map((block) => new X509Certificate(block)).filter(({ ca }) => !ca);
    if (leaf === undefined) return { code: 1445 };
    return another === undefined ? { leaf } : { code: 1444 };
  } catch {
    return { code: 1426 };
  }
}

/**
 * Checks an uploaded certificate as the API does (codes 1426 to 1429, 1441, 1444 to 1447); `key` is undefined where a
 * CSR holds it.
 */
export function checkCertificate(
  pem: string,
  key: string | undefined,
  { hostname, now, refuseSelfSigned, signatures }: CertificateContext,
): CertificateResult {
  if (pem.trim() === '' || key?.trim() === '') return { code: 1427 };
  const found = leafOf(pem);
  if ('code' in found) return found;
  const { leaf } = found;
  const signature = signatureOf(leaf, signatures);
  if (signature === undefined) return { code: 1447 };
  if (key !== undefined) {
    const parsed = privateKey(key);
    if (parsed === undefined) return { code: 1428 };
    if (!samePublicKey(createPublicKey(parsed), leaf.publicKey)) return { code: 1429 };
  }
  if (!covers(hostsOf(leaf), hostname)) return { code: 1446 };
  const selfSigned = leaf.verify(leaf.publicKey);
  const endsSoon = Date.parse(leaf.validTo) < now + LEAST_LIFE_MS;
  // The codes for a weak key and for a certificate about to end are not documented.
  if ((refuseSelfSigned && selfSigned) || isTooWeak(leaf) || endsSoon) return { code: 1441 };
  return { certificate: leaf, signature };
}
