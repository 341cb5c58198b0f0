import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_subjectAltName, SubjectAlternativeName } from '@peculiar/asn1-x509';
import type { CertificateFacts } from './bundle.ts';

/** Signature algorithms by object identifier, under the names that the API gives those it knows. */
const SIGNATURES: Record<string, string> = {
  '1.2.840.113549.1.1.5': 'SHA1WithRSA',
  '1.2.840.113549.1.1.11': 'SHA256WithRSA',
  '1.2.840.113549.1.1.12': 'SHA384WithRSA',
  '1.2.840.113549.1.1.13': 'SHA512WithRSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.4.3.2': 'ECDSAWithSHA256',
  '1.2.840.10045.4.3.3': 'ECDSAWithSHA384',
  '1.2.840.10045.4.3.4': 'ECDSAWithSHA512',
  '1.3.101.112': 'Ed25519',
};

const EC_BITS: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** A certificate as far as the checks look at it. `node:crypto` tells all but names and algorithm, which it only has as text. */
export interface ReadCertificate {
  x509: X509Certificate;
  pem: string;
  hosts: string[];
  signature: string;
  keyType: string;
  /** Bits; 0 for kinds of keys that no check accepts. */
  keySize: number;
  curve: string | undefined;
}

/** Reads one PEM block of a certificate; undefined where it is none. */
export function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const x509 = new X509Certificate(pem);
    const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(x509.raw, Certificate);
    const names = tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_subjectAltName);
    const hosts =
      names === undefined
        ? []
        : [...AsnConvert.parse(names.extnValue.buffer, SubjectAlternativeName)].flatMap(({ dNSName }) =>
            dNSName === undefined ? [] : [dNSName.toLowerCase()],
          );
    const { asymmetricKeyType: keyType = 'unknown', asymmetricKeyDetails: details } = x509.publicKey;
    const curve = details?.namedCurve;
    return {
      x509,
      pem,
      hosts,
      signature: SIGNATURES[signatureAlgorithm.algorithm] ?? signatureAlgorithm.algorithm,
      keyType,
      keySize: details?.modulusLength ?? EC_BITS[curve ?? ''] ?? 0,
      curve,
    };
  } catch {
    return undefined;
  }
}

/** Whether a certificate is signed with its own key. */
export const isSelfSigned = ({ x509 }: ReadCertificate): boolean =>
  x509.checkIssued(x509) && x509.verify(x509.publicKey);

/** Whether `issuer` signed `certificate`. */
export const isIssuedBy = (certificate: ReadCertificate, issuer: ReadCertificate): boolean =>
  certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey);

/** What is public of a certificate whose key type is one of the two that are accepted. */
export function factsOf({ x509, hosts, signature, keyType, keySize }: ReadCertificate): CertificateFacts {
  const issuer = /^O=(.*)$/m.exec(x509.issuer)?.[1] ?? /^CN=(.*)$/m.exec(x509.issuer)?.[1] ?? x509.issuer;
  return {
    serial_number: BigInt(`0x${x509.serialNumber}`).toString(),
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
