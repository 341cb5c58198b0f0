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
import { EMAIL_ENDS } from './certificate-life.ts';
import type { Entitlements } from './plans.ts';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const among = (values: readonly string[], value: Json): boolean => typeof value === 'string' && values.includes(value);

/** The `ssl.settings` members with a list of values, and the code of any other value. */
const SETTINGS: Record<string, { values: readonly string[]; code: number }> = {
  http2: { values: ON_OFF, code: 1422 },
  tls_1_2_only: { values: ON_OFF, code: 1423 },
  tls_1_3: { values: ON_OFF, code: 1424 },
  min_tls_version: { values: MIN_TLS_VERSIONS, code: 1425 },
  early_hints: { values: ON_OFF, code: 1434 },
};

function checkCiphers(ciphers: Json, minTlsVersion: Json | undefined): void {
  if (!Array.isArray(ciphers)) throw new ApiError(1400);
  if (!ciphers.every((cipher) => among(CIPHERS, cipher))) throw new ApiError(1442);
  if (ciphers.length > 0 && minTlsVersion === '1.3') throw new ApiError(1443);
}

/** Throws the ApiError of the first bad member of `ssl.settings`. */
function checkSettings(settings: Json): void {
  if (!isObject(settings)) throw new ApiError(1400);
  for (const [name, { values, code }] of Object.entries(SETTINGS)) {
    const value = settings[name];
    if (value !== undefined && !among(values, value)) throw new ApiError(code);
  }
  if (settings.ciphers !== undefined) checkCiphers(settings.ciphers, settings.min_tls_version);
}

/** Whether an `ssl` object uploads a certificate. */
const uploads = (ssl: JsonObject): boolean =>
  ssl.custom_certificate !== undefined || ssl.custom_cert_bundle !== undefined;

/** Whether an `ssl` object lacks type or method; an upload is not validated, and the documented example names neither. */
export function isIncomplete(ssl: JsonObject): boolean {
  return !uploads(ssl) && (ssl.type === undefined || ssl.method === undefined);
}

/** The documented code of an `ssl` object that is wrong in a way that has no code of its own. */
const BAD_SSL = 1434;

function checkAuthority(authority: Json, allowed: boolean): void {
  if (!among(CERTIFICATE_AUTHORITIES, authority)) throw new ApiError(BAD_SSL);
  // Also one that is equal to the hostname's own.
  if (authority !== '' && !allowed) throw new ApiError(1459);
}

/** Throws the ApiError of the first thing wrong with an `ssl` object, certificates apart. */
export function checkSsl(
  ssl: JsonObject,
  { entitlements: entitled, incompleteCode, now }: { entitlements: Entitlements; incompleteCode: number; now: number },
): void {
  const { type, method, wildcard = false } = ssl;
  if (isIncomplete(ssl)) throw new ApiError(incompleteCode);
  if (type !== undefined && !among(SSL_TYPES, type)) throw new ApiError(1433);
  if (method !== undefined && !among(SSL_METHODS, method)) throw new ApiError(1432);
  if (method === 'email' && now >= EMAIL_ENDS) throw new ApiError(1432);
  if (typeof wildcard !== 'boolean') throw new ApiError(1400);
  if (wildcard && !entitled.wildcard) throw new ApiError(1448);
  if (wildcard && method === 'http') throw new ApiError(BAD_SSL);
  if (ssl.certificate_authority !== undefined)
    checkAuthority(ssl.certificate_authority, entitled.certificate_authority);
  if (ssl.settings !== undefined && ssl.settings !== null) checkSettings(ssl.settings);
  if (ssl.bundle_method !== undefined && !among(BUNDLE_METHODS, ssl.bundle_method)) throw new ApiError(1449);
  if (uploads(ssl) && !entitled.custom_certificate) throw new ApiError(BAD_SSL);
}
