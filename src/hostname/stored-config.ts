import type { JsonObject } from '../terms.ts';
import { shownCertificates } from './certificates.ts';
import type { LiveHostname, LiveSsl } from './live.ts';

/**
 * A longer hostname has a managed certificate only with Cloudflare's name as its common name (error 1469). Answers never
 * show that setting, so it is told by the length.
 */
export const COMMON_NAME_MAX_CHARS = 64;

/**
 * The ssl object that says again what the API holds. The API restarts validation on any `ssl` and resets what it does
 * not find there (settings to their defaults), so all of that is sent: type, method, every setting that has a value, also
 * those this version does not know, wildcard and bundle method. Whether the certificate authority goes along is for
 * `decide` to say. docs/patch-body.md has the reasons.
 */
export function storedSsl(ssl: LiveSsl, hostname: string): JsonObject {
  const config: JsonObject = { type: ssl.type ?? 'dv' };
  if (ssl.method !== undefined) config.method = ssl.method;
  const settings = Object.entries(ssl.settings ?? {}).filter(([, value]) => value !== null && value !== '');
  if (settings.length > 0) config.settings = Object.fromEntries(settings);
  if (ssl.wildcard !== undefined) config.wildcard = ssl.wildcard;
  if (ssl.bundle_method !== undefined) config.bundle_method = ssl.bundle_method;
  if (ssl.certificate_authority !== undefined) config.certificate_authority = ssl.certificate_authority;
  if (hostname.length > COMMON_NAME_MAX_CHARS) config.cloudflare_branding = true;
  return config;
}

/** Live state in the shape of a PATCH body, every member present: what `valueAt` and a diff look things up in. */
export function storedConfig(live: LiveHostname): JsonObject {
  return {
    custom_metadata: live.custom_metadata ?? {},
    custom_origin_server: live.custom_origin_server ?? '',
    custom_origin_sni: live.custom_origin_sni ?? '',
    ssl: live.ssl === undefined ? null : { ...storedSsl(live.ssl, live.hostname), ...certificatesOf(live.ssl) },
  };
}

function certificatesOf(ssl: LiveSsl): JsonObject {
  const certificates = shownCertificates(ssl);
  return certificates.length === 0 ? {} : { certificates };
}

/**
 * The ssl object that comes with a certificate of the operator's own. Without an authority: named together with a
 * certificate it is refused, or leads away from it. Nothing is validated, so that any method will do.
 */
export function storedSslForUpload(ssl: LiveSsl | undefined): JsonObject {
  const { certificate_authority: _, cloudflare_branding: _only, ...config } = storedSsl(ssl ?? { status: '' }, '');
  return { ...config, method: config.method ?? (config.wildcard === true ? 'txt' : 'http') };
}
