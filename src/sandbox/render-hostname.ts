import { parseExact } from '../json/exact-json.ts';
import type { JsonObject } from '../terms.ts';
import { textBits, uuid } from './draw.ts';
import { verificationErrors } from './hostname-machine.ts';
import { instant } from './instant.ts';
import type { Knobs } from './knobs.ts';
import { issuedCertificates, renderUploaded } from './render-certificates.ts';
import { ORDER_STATUSES, refusedChecks } from './ssl-machine.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';
import { delegationRecords, validationRecords } from './validation-records.ts';
import type { WireHostname, WireSsl } from './wire-hostname.ts';

/** What of the zone shows in its hostnames. */
export interface ZoneFacts {
  /** Identifier of the zone in delegation records. */
  delegation: string;
  /** From when on the zone has a usable fallback origin, in virtual Unix milliseconds. */
  fallbackFrom: number;
  uploadsShow: Knobs['uploads_show'];
}

/** The id of the certificate pack: while an order is under way, the one being served is shown. */
export function packId(record: StoredHostname, ssl: StoredSsl): string {
  return uuid(textBits(record.id), ORDER_STATUSES.includes(ssl.status) && ssl.served >= 0 ? ssl.served : ssl.order, 34);
}

function renderSsl(
  record: StoredHostname,
  ssl: StoredSsl,
  now: number,
  { delegation, uploadsShow }: ZoneFacts,
): WireSsl {
  const refused = refusedChecks(record, ssl, now);
  const wire: WireSsl = {
    id: packId(record, ssl),
    type: 'dv',
    method: ssl.method,
    status: ssl.status,
    wildcard: ssl.wildcard,
    bundle_method: ssl.bundleMethod,
    settings: ssl.settings,
  };
  if (ssl.uploaded !== undefined) return Object.assign(wire, renderUploaded(record, ssl.uploaded, uploadsShow));
  if (ssl.certificateAuthority !== '') wire.certificate_authority = ssl.certificateAuthority;
  const records = validationRecords(record, ssl, refused);
  if (records !== undefined) wire.validation_records = records;
  const delegated = delegationRecords(record, ssl, delegation);
  if (delegated !== undefined) wire.dcv_delegation_records = delegated;
  const { dcv_error: error } = record.dns;
  if (error !== null && (refused > 0 || ssl.status === 'validation_timed_out'))
    wire.validation_errors = [{ message: error }];
  if (ssl.status === 'active') wire.certificates = issuedCertificates(record, ssl);
  return wire;
}

/** The ownership token is drawn from the id: it changes only when the hostname is created again. */
function ownership(record: StoredHostname): Partial<WireHostname> {
  const token = uuid(textBits(record.id), 35);
  const name = record.hostname.replace(/^\*\./, '');
  return {
    ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${name}`, value: token },
    ownership_verification_http: {
      http_url: `http://${name}/.well-known/cf-custom-hostname-challenge/${record.id}`,
      http_body: token,
    },
  };
}

/**
 * A stored hostname as the API shows it at `now`, to which it must have been advanced. The private key and the PEM of an
 * uploaded certificate are never shown.
 */
export function renderHostname(record: StoredHostname, now: number, zone: ZoneFacts): WireHostname {
  const wire: WireHostname = {
    id: record.id,
    hostname: record.hostname,
    status: record.status,
    created_at: instant(record.createdAt),
  };
  if (record.ssl !== undefined) wire.ssl = renderSsl(record, record.ssl, now, zone);
  if (record.metadata !== undefined) wire.custom_metadata = parseExact(record.metadata) as JsonObject;
  if (record.originServer !== undefined) wire.custom_origin_server = record.originServer;
  if (record.originSni !== undefined) wire.custom_origin_sni = record.originSni;
  if (!record.status.startsWith('active')) Object.assign(wire, ownership(record));
  const errors = verificationErrors(record, now, zone.fallbackFrom);
  if (errors.length > 0) wire.verification_errors = errors;
  return wire;
}
