import { stringifyExact } from '../json/exact-json.ts';
import { HOUR } from '../terms.ts';
import { type Dns, dnsFacts, dnsOfStatus } from './dns.ts';
import { bits, textBits, uuid } from './draw.ts';
import { unixMs } from './instant.ts';
import { type StoredHostname, type StoredSsl, sharedSettings } from './stored-hostname.ts';
import type { UploadedCertificate } from './uploaded-certificate.ts';
import type { WireHostname, WireSsl } from './wire-hostname.ts';

/**
 * A hostname to begin with, in wire shape; what is not said is made up. Without `ssl` it has no certificate; `ssl: {}`
 * is an active one, validated by HTTP.
 */
export interface SandboxHostname extends Partial<Omit<WireHostname, 'ssl'>> {
  hostname: string;
  /** The first zone by default. */
  zone_id?: string;
  ssl?: Partial<WireSsl>;
  dns?: Partial<Dns>;
}

/** A loaded upload that does not say when it ends has this long. */
const UPLOADED_LIFE_MS = 365 * 24 * HOUR;

/** Statuses that only an uploaded certificate shows. */
const isUploaded = (ssl: Partial<WireSsl>): boolean =>
  ssl.uploaded_on !== undefined || ssl.serial_number !== undefined || ssl.status === 'holding_deployment';

const loadUploaded = (ssl: Partial<WireSsl>, hostname: string, now: number): UploadedCertificate => ({
  csrId: ssl.custom_csr_id,
  parts: [
    {
      hosts: ssl.hosts ?? [hostname],
      issuer: ssl.issuer ?? 'DigiCertInc',
      serialNumber: ssl.serial_number ?? String(bits(textBits(hostname), 41)),
      signature: ssl.signature ?? 'SHA256WithRSA',
      ecdsa: ssl.signature?.startsWith('ECDSA') ?? false,
      fingerprint: '',
      uploadedAt: ssl.uploaded_on === undefined ? now : unixMs(ssl.uploaded_on),
      expiresAt: ssl.expires_on === undefined ? now + UPLOADED_LIFE_MS : unixMs(ssl.expires_on),
    },
  ],
});

function loadSsl(ssl: Partial<WireSsl>, record: { id: string; hostname: string }, now: number): StoredSsl {
  const status = ssl.status ?? 'active';
  const issuedOn = ssl.certificates?.[0]?.issued_on;
  // A loaded certificate was issued some days ago, each a different number of them; an order has just reached its status.
  const age = status === 'active' ? (bits(textBits(record.id), 42) % 50) * 24 * HOUR : 0;
  return {
    method: ssl.method ?? 'http',
    certificateAuthority: ssl.certificate_authority ?? 'google',
    bundleMethod: ssl.bundle_method ?? 'ubiquitous',
    wildcard: ssl.wildcard ?? false,
    settings: sharedSettings(ssl.settings ?? {}),
    status,
    since: issuedOn === undefined ? now - age : unixMs(issuedOn),
    order: 0,
    tokensAt: now,
    served: status === 'active' ? 0 : -1,
    uploaded: isUploaded(ssl) ? loadUploaded(ssl, record.hostname, now) : undefined,
    loadedRecords: ssl.validation_records,
  };
}

/**
 * The same text as one piece of memory. A text put together from pieces keeps all of them alive, which doubles what a
 * million names take.
 */
const flat = (text: string): string => Buffer.from(text).toString();

/** The record of a hostname given in wire shape, as it is at `now`; `row` and `zone` are its numbers. */
export function loadHostname(given: SandboxHostname, row: number, zone: number, now: number): StoredHostname {
  const hostname = flat(given.hostname.toLowerCase());
  const id = flat(given.id ?? uuid(textBits(hostname), zone, 43));
  const status = given.status ?? 'active';
  const metadata = given.custom_metadata;
  return {
    id,
    zone,
    row,
    hostname,
    createdAt: given.created_at === undefined ? now : unixMs(given.created_at),
    metadata: metadata === undefined ? undefined : stringifyExact(metadata),
    originServer: given.custom_origin_server === undefined ? undefined : flat(given.custom_origin_server),
    originSni: given.custom_origin_sni,
    status,
    since: now,
    dns: dnsFacts({ ...dnsOfStatus(status), ...given.dns }),
    dnsSince: now,
    ssl: given.ssl === undefined ? undefined : loadSsl(given.ssl, { id, hostname }, now),
  };
}
