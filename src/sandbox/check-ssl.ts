import {
  BUNDLE_METHODS,
  CERTIFICATE_AUTHORITIES,
  CIPHERS,
  MIN_TLS_VERSIONS,
  ON_OFF,
  SSL_METHODS,
  SSL_TYPES,
} from '../hostname/change.ts';
import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const among = (values: readonly string[], value: Json): boolean => typeof value === 'string' && values.includes(value);

/** The `ssl.settings` members with a list of values, and the code of any other value. */
const SETTINGS: Record<string, { values: readonly string[]; code: number }> = {
  http2: { values: ON_OFF, code: 1422 },
  tls_1_2_only: { values: ON_OFF, code: 1423 },
  tls_1_3: { values: ON_OFF, code: 1424 },
  min_tls_version: { values: MIN_TLS_VERSIONS, code: 1425 },
  early_hints: { values: ON_OFF, code: 1434 },
};

const checkCiphers = (ciphers: Json, minTlsVersion: Json | undefined): void => {
  if (!Array.isArray(ciphers)) throw new ApiError(1400);
  if (!ciphers.every((cipher) => among(CIPHERS, cipher))) throw new ApiError(1442);
  if (ciphers.length > 0 && minTlsVersion === '1.3') throw new ApiError(1443);
};

/** Throws the ApiError of the first bad member of `ssl.settings`. */
const checkSettings = (settings: Json): void => {
  if (!isObject(settings)) throw new ApiError(1400);
  for (const [name, { values, code }] of Object.entries(SETTINGS)) {
    const value = settings[name];
    if (value !== undefined && !among(values, value)) throw new ApiError(code);
  }
  if (settings.ciphers !== undefined) checkCiphers(settings.ciphers, settings.min_tls_version);
};

/**
 * Throws the ApiError of the first thing wrong with an `ssl` object, certificates apart. `wildcardAllowed` is the zone's
 * entitlement.
 */
export const checkSsl = (ssl: JsonObject, wildcardAllowed: boolean): void => {
  const { type, method } = ssl;
  const uploads = ssl.custom_certificate !== undefined || ssl.custom_cert_bundle !== undefined;
  // An upload is not validated, and the documented example of one names neither.
  if (!uploads && (type === undefined || method === undefined)) throw new ApiError(1440);
  if (type !== undefined && !among(SSL_TYPES, type)) throw new ApiError(1433);
  if (method !== undefined && !among(SSL_METHODS, method)) throw new ApiError(1432);
  const wildcard = ssl.wildcard ?? false;
  if (typeof wildcard !== 'boolean') throw new ApiError(1400);
  if (wildcard && !wildcardAllowed) throw new ApiError(1448);
  if (wildcard && method === 'http') throw new ApiError(1434);
  const authority = ssl.certificate_authority;
  if (authority !== undefined && !among(CERTIFICATE_AUTHORITIES, authority)) throw new ApiError(1434);
  if (ssl.settings !== undefined && ssl.settings !== null) checkSettings(ssl.settings);
  if (ssl.bundle_method !== undefined && !among(BUNDLE_METHODS, ssl.bundle_method)) throw new ApiError(1449);
};
