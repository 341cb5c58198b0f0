import { certificateLife } from './certificate-life.ts';
import { hexText, textBits, uuid } from './draw.ts';
import { instant } from './instant.ts';
import type { Knobs } from './knobs.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';
import type { UploadedCertificate, UploadedPart } from './uploaded-certificate.ts';
import type { WireCertificate, WireSsl } from './wire-hostname.ts';

const ISSUERS: Record<string, string> = {
  google: 'GoogleTrustServices',
  lets_encrypt: "Let'sEncrypt",
  ssl_com: 'SSLCorporation',
};

/** The pair of certificates, ECDSA and RSA, that an order brings. */
export function issuedCertificates(record: StoredHostname, ssl: StoredSsl): WireCertificate[] {
  return ['ECDSAWithSHA256', 'SHA256WithRSA'].map((signature, at) => {
    const seed = [textBits(record.id), ssl.served, at] as const;
    return {
      id: uuid(...seed, 31),
      issuer: ISSUERS[ssl.certificateAuthority] ?? 'DigiCertInc',
      serial_number: BigInt(`0x${hexText(30, ...seed, 32)}`).toString(),
      signature,
      issued_on: instant(ssl.since),
      expires_on: instant(ssl.since + certificateLife(ssl.certificateAuthority, ssl.since)),
      fingerprint_sha256: hexText(64, ...seed, 33),
    };
  });
}

/** The id of one uploaded certificate: another certificate in its place has another. */
export function uploadedId(record: StoredHostname, part: UploadedPart): string {
  return uuid(textBits(record.id), textBits(part.serialNumber), 36);
}

/** What the `ssl` object shows of an uploaded certificate: everything but its PEM and its key. */
export function renderUploaded(
  record: StoredHostname,
  { parts, csrId }: UploadedCertificate,
  show: Knobs['uploads_show'],
): Partial<WireSsl> {
  const [first] = parts;
  const wire: Partial<WireSsl> = { hosts: [...first.hosts], uploaded_on: instant(first.uploadedAt) };
  if (show !== 'nothing') {
    wire.issuer = first.issuer;
    wire.serial_number = first.serialNumber;
    wire.signature = first.signature;
    wire.expires_on = instant(first.expiresAt);
  }
  if (show === 'all') {
    wire.certificates = parts.map((part) => ({
      id: uploadedId(record, part),
      issuer: part.issuer,
      serial_number: part.serialNumber,
      signature: part.signature,
      issued_on: instant(part.uploadedAt),
      expires_on: instant(part.expiresAt),
      fingerprint_sha256: part.fingerprint,
    }));
  }
  if (csrId !== undefined) wire.custom_csr_id = csrId;
  return wire;
}
