import type { JsonObject } from '../terms.ts';
import { hexText, textBits, uuid } from './draw.ts';
import { verificationErrors } from './hostname-machine.ts';
import { CERTIFICATE_LIFE_MS, ORDER_STATUSES } from './ssl-machine.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';
import { delegationRecords, validationRecords } from './validation-records.ts';
import type { WireCertificate, WireHostname, WireSsl } from './wire-hostname.ts';

/** RFC 3339 with the API's six fractional digits. */
export const instant = (unixMs: number): string => `${new Date(unixMs).toISOString().slice(0, -1)}000Z`;

const ISSUERS: Record<string, string> = {
  google: 'GoogleTrustServices',
  lets_encrypt: "Let'sEncrypt",
  ssl_com: 'SSLCorporation',
};

/** The pair of certificates, ECDSA and RSA, that an order brings. */
const issuedCertificates = (record: StoredHostname, ssl: StoredSsl): WireCertificate[] =>
  ['ECDSAWithSHA256', 'SHA256WithRSA'].map((signature, at) => {
    const seed = [textBits(record.id), ssl.served, at] as const;
    return {
      id: uuid(...seed, 31),
      issuer: ISSUERS[ssl.certificateAuthority] ?? 'DigiCertInc',
      serial_number: BigInt(`0x${hexText(30, ...seed, 32)}`).toString(),
      signature,
      issued_on: instant(ssl.since),
      expires_on: instant(ssl.since + CERTIFICATE_LIFE_MS),
      fingerprint_sha256: hexText(64, ...seed, 33),
    };
  });

const renderUploaded = (ssl: StoredSsl): Partial<WireSsl> => {
  const { uploaded } = ssl;
  if (uploaded === undefined) return {};
  return {
    ...(uploaded.csrId === undefined ? {} : { custom_csr_id: uploaded.csrId }),
    hosts: [...uploaded.hosts],
    issuer: uploaded.issuer,
    serial_number: uploaded.serialNumber,
    signature: uploaded.signature,
    uploaded_on: instant(uploaded.uploadedAt),
    expires_on: instant(uploaded.expiresAt),
  };
};

/** The id of the certificate pack: while an order is under way, the one being served is shown. */
const packId = (record: StoredHostname, ssl: StoredSsl): string =>
  uuid(textBits(record.id), ORDER_STATUSES.includes(ssl.status) && ssl.served >= 0 ? ssl.served : ssl.order, 34);

const renderSsl = (record: StoredHostname, ssl: StoredSsl, delegation: string): WireSsl => {
  const records = validationRecords(record, ssl);
  const delegated = delegationRecords(record, ssl, delegation);
  const wire: WireSsl = {
    id: packId(record, ssl),
    type: 'dv',
    method: ssl.method,
    status: ssl.status,
    wildcard: ssl.wildcard,
    bundle_method: ssl.bundleMethod,
    settings: ssl.settings,
  };
  if (ssl.uploaded === undefined) wire.certificate_authority = ssl.certificateAuthority;
  if (records !== undefined) wire.validation_records = records;
  if (delegated !== undefined && ssl.method === 'txt') wire.dcv_delegation_records = delegated;
  if (record.dns.dcv_error !== null && records !== undefined) {
    wire.validation_errors = [{ message: record.dns.dcv_error }];
  }
  if (ssl.uploaded !== undefined) return Object.assign(wire, renderUploaded(ssl));
  if (ssl.status === 'active') wire.certificates = issuedCertificates(record, ssl);
  return wire;
};

/** The ownership token is drawn from the id: it changes only when the hostname is created anew. */
const ownership = (record: StoredHostname): Partial<WireHostname> => {
  const token = uuid(textBits(record.id), 35);
  const name = record.hostname.replace(/^\*\./, '');
  return {
    ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${name}`, value: token },
    ownership_verification_http: {
      http_url: `http://${name}/.well-known/cf-custom-hostname-challenge/${record.id}`,
      http_body: token,
    },
  };
};

/**
 * A stored hostname as the API shows it at `now`, to which it must have been advanced. `delegation` is the zone's
 * identifier in delegation records. The private key and the PEM of an uploaded certificate are never shown.
 */
export const renderHostname = (record: StoredHostname, now: number, delegation: string): WireHostname => {
  const wire: WireHostname = {
    id: record.id,
    hostname: record.hostname,
    status: record.status,
    created_at: instant(record.createdAt),
  };
  if (record.ssl !== undefined) wire.ssl = renderSsl(record, record.ssl, delegation);
  if (record.metadata !== undefined) wire.custom_metadata = JSON.parse(record.metadata) as JsonObject;
  if (record.originServer !== undefined) wire.custom_origin_server = record.originServer;
  if (record.originSni !== undefined) wire.custom_origin_sni = record.originSni;
  if (!record.status.startsWith('active')) Object.assign(wire, ownership(record));
  const errors = verificationErrors(record, now);
  if (errors.length > 0) wire.verification_errors = errors;
  return wire;
};
