import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_subjectAltName, SubjectAlternativeName } from '@peculiar/asn1-x509';
import type { CertificateFacts } from './bundle.ts';

/** Signature algorithms by object identifier, under the names that the API gives those it knows. */
const SIGNATURES: Record<string, string> = {
  '1.2.840.113549.1.1.4': 'MD5WithRSA',
  '1.2.840.113549.1.1.5': 'SHA1WithRSA',
  '1.2.840.113549.1.1.11': 'SHA256WithRSA',
  '1.2.840.113549.1.1.12': 'SHA384WithRSA',
  '1.2.840.113549.1.1.13': 'SHA512WithRSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.4.1': 'ECDSAWithSHA1',
  '1.2.840.10045.4.3.2': 'ECDSAWithSHA256',
  '1.2.840.10045.4.3.3': 'ECDSAWithSHA384',
  '1.2.840.10045.4.3.4': 'ECDSAWithSHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

const EC_BITS: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
/** Tag of a SEQUENCE, by which the parameters of a curve begin where they are written out instead of named. */
const DER_SEQUENCE = 0x30;

/** A certificate as far as the checks look at it. `node:crypto` tells all but what it only has as text. */
export interface ReadCertificate {
  x509: X509Certificate;
  pem: string;
  hosts: string[];
  serial: bigint;
  signature: string;
  keyType: string;
  /** Bits; 0 for kinds of keys that no check accepts. */
  keySize: number;
  curve: string | undefined;
  /** The parameters of its curve are written out. */
  explicitCurve: boolean;
  /** Object identifiers of all extensions, and whether each is critical. */
  extensions: { id: string; critical: boolean }[];
}

/** Reads one PEM block of a certificate; undefined where it is none. */
export function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const x509 = new X509Certificate(pem);
    const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(x509.raw, Certificate);
    const { extensions = [], serialNumber, subjectPublicKeyInfo } = tbsCertificate;
    const names = extensions.find(({ extnID }) => extnID === id_ce_subjectAltName);
    const hosts =
      names === undefined
        ? []
        : [...AsnConvert.parse(names.extnValue.buffer, SubjectAlternativeName)].flatMap(({ dNSName }) =>
            dNSName === undefined ? [] : [dNSName.toLowerCase()],
          );
    const { parameters } = subjectPublicKeyInfo.algorithm;
    return {
      x509,
      pem,
      hosts,
      serial: serialOf(Buffer.from(serialNumber)),
      signature: SIGNATURES[signatureAlgorithm.algorithm] ?? signatureAlgorithm.algorithm,
      ...keyOf(x509),
      explicitCurve: parameters instanceof ArrayBuffer && new Uint8Array(parameters)[0] === DER_SEQUENCE,
      extensions: extensions.map(({ extnID, critical }) => ({ id: extnID, critical })),
    };
  } catch {
    return undefined;
  }
}

/** Of a public key that this runtime cannot read nothing is known; no check accepts it. */
function keyOf(x509: X509Certificate): Pick<ReadCertificate, 'keyType' | 'keySize' | 'curve'> {
  try {
    const { asymmetricKeyType: keyType = 'unknown', asymmetricKeyDetails: details } = x509.publicKey;
    const curve = details?.namedCurve;
    return { keyType, keySize: details?.modulusLength ?? EC_BITS[curve ?? ''] ?? 0, curve };
  } catch {
    return { keyType: 'unknown', keySize: 0, curve: undefined };
  }
}

/** Two's complement, as DER has it: some authorities have issued negative ones. */
const serialOf = (bytes: Buffer): bigint =>
  BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex') || '0'}`));

/** Whether a certificate is signed with its own key. */
export const isSelfSigned = (certificate: ReadCertificate): boolean => isIssuedBy(certificate, certificate);

/** Whether `issuer` signed `certificate`. */
export function isIssuedBy({ x509 }: ReadCertificate, issuer: { x509: X509Certificate }): boolean {
  try {
    return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
  } catch {
    // Its key is of a kind that this runtime does not know.
    return false;
  }
}

/** A name that a person knows an authority by, of a subject or issuer. */
export const namePart = (name: string, part: 'O' | 'CN'): string | undefined =>
  new RegExp(`^${part}=(.*)$`, 'm').exec(name)?.[1];

/** What is public of a certificate whose key type is one of the two that are accepted. */
export function factsOf({ x509, hosts, serial, signature, keyType, keySize }: ReadCertificate): CertificateFacts {
  const issuer = namePart(x509.issuer, 'O') ?? namePart(x509.issuer, 'CN') ?? x509.issuer;
  return {
    serial_number: serial.toString(),
    fingerprint_sha256: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    issuer,
    not_before: new Date(x509.validFrom).toISOString(),
    expires_on: new Date(x509.validTo).toISOString(),
    key_type: keyType === 'rsa' ? 'rsa' : 'ecdsa',
    key_size: keySize,
    signature,
    hosts,
  };
}
