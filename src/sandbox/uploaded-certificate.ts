import type { X509Certificate } from 'node:crypto';

/** What is kept of one uploaded certificate: never its key, nor its PEM. */
export interface UploadedPart {
  hosts: readonly string[];
  issuer: string;
  serialNumber: string;
  /** Of the signature on it, which is its signer's; its own key may be of the other type. */
  signature: string;
  ecdsa: boolean;
  fingerprint: string;
  /** Unix milliseconds, virtual and as the certificate has them. */
  uploadedAt: number;
  expiresAt: number;
}

/** An upload: one certificate, or a bundle of an RSA and an ECDSA one. */
export interface UploadedCertificate {
  csrId: string | undefined;
  parts: readonly [UploadedPart, ...UploadedPart[]];
}

/** The names of the subjectAltName extension. */
export function hostsOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice(4).toLowerCase());
}

/** What is stored of a checked certificate. */
export function uploadedPart(
  { certificate, signature }: { certificate: X509Certificate; signature: string },
  uploadedAt: number,
): UploadedPart {
  return {
    hosts: hostsOf(certificate),
    issuer: /^(?:O|CN)=(.*)$/m.exec(certificate.issuer)?.[1] ?? certificate.issuer,
    serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
    signature,
    ecdsa: certificate.publicKey.asymmetricKeyType === 'ec',
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    uploadedAt,
    expiresAt: Date.parse(certificate.validTo),
  };
}
