import type { BundleRef } from '../certificate/bundle.ts';
import { stringifyExact } from '../json/exact-json.ts';
import type { Json } from '../terms.ts';

/**
 * What a row asks for, in the shape of the PATCH body. An absent member means "leave as it is"; `null` clears: a
 * metadata key is removed, an origin is unset.
 */
export interface Change {
  /** Send the stored ssl configuration again, so that validation runs now. Excludes every other member. */
  recheck?: true;
  /** Send the bundle also where it is served already: its chain may be another. */
  resend?: true;
  custom_metadata?: Record<string, Json>;
  custom_origin_server?: string | null;
  custom_origin_sni?: string | null;
  ssl?: SslChange;
}

export interface SslChange {
  method?: (typeof SSL_METHODS)[number];
  type?: (typeof SSL_TYPES)[number];
  /** The empty string asks for Cloudflare's own choice. */
  certificate_authority?: (typeof CERTIFICATE_AUTHORITIES)[number];
  bundle_method?: (typeof BUNDLE_METHODS)[number];
  wildcard?: boolean;
  cloudflare_branding?: boolean;
  settings?: SslSettings;
  /** A certificate of the operator's own, to be uploaded. Its PEM is with the batch's sealed bundles. */
  bundle?: BundleRef;
}

/** `null` leaves a setting out, which resets it; only an undo asks for that. */
interface SslSettings {
  http2?: OnOff | null;
  tls_1_3?: OnOff | null;
  early_hints?: OnOff | null;
  min_tls_version?: (typeof MIN_TLS_VERSIONS)[number] | null;
  ciphers?: string[] | null;
}
type OnOff = (typeof ON_OFF)[number];

/** Values the API accepts, from the official schema; `digicert` and the methods `email` and `cname` no longer issue. */
export const SSL_METHODS = ['http', 'txt', 'email'] as const;
export const SSL_TYPES = ['dv'] as const;
export const CERTIFICATE_AUTHORITIES = ['google', 'lets_encrypt', 'ssl_com', ''] as const;
export const BUNDLE_METHODS = ['ubiquitous', 'optimal', 'force'] as const;
export const ON_OFF = ['on', 'off'] as const;
export const MIN_TLS_VERSIONS = ['1.0', '1.1', '1.2', '1.3'] as const;

/** Cipher names the API takes for TLS 1.2 and below (others answer 1442); TLS 1.3 ciphers cannot be chosen. */
export const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'AES128-GCM-SHA256',
  'AES128-SHA256',
  'AES128-SHA',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA',
  'AES256-GCM-SHA384',
  'AES256-SHA256',
  'AES256-SHA',
  'DES-CBC3-SHA',
] as const;

/** The API's limit on the whole metadata object, in bytes of its JSON. */
export const METADATA_MAX_BYTES = 4_096;

/** Bytes of `metadata` as the API counts them: its compact JSON in UTF-8. */
export const metadataBytes = (metadata: Record<string, Json>): number =>
  Buffer.byteLength(stringifyExact(metadata), 'utf8');
