import { textOfValue } from '../json/exact-json.ts';
import type { Json, JsonObject } from '../terms.ts';
import { bundleCertificates } from './certificates.ts';
import type { Change, SslChange } from './change.ts';
import type { LiveHostname } from './live.ts';
import { storedSsl, storedSslForUpload } from './stored-config.ts';

/**
 * The PATCH body that brings `live` to `change`, by read-modify-write: members the change does not touch are left out
 * at the top level, and kept as they are inside `custom_metadata` and `ssl`, which the API replaces as a whole.
 *
 * `untyped`: the change came from CSV, where every value is text; metadata that already reads the same keeps its type.
 */
export function desiredBody(change: Change, live: LiveHostname, { untyped }: { untyped: boolean }): JsonObject {
  const body: JsonObject = {};
  if (change.custom_metadata !== undefined) {
    body.custom_metadata = mergeMetadata(live.custom_metadata ?? {}, change.custom_metadata, untyped);
  }
  // Cleared by the empty string: null is undocumented, and the API shows an unset origin as an absent or empty member.
  if (change.custom_origin_server !== undefined) body.custom_origin_server = change.custom_origin_server ?? '';
  if (change.custom_origin_sni !== undefined) body.custom_origin_sni = change.custom_origin_sni ?? '';
  if (change.ssl !== undefined) body.ssl = overlaySsl(baseOf(change.ssl, live), change.ssl);
  return body;
}

function baseOf({ bundle }: SslChange, { ssl, hostname }: LiveHostname): JsonObject {
  if (bundle !== undefined) return storedSslForUpload(ssl);
  return ssl === undefined ? { type: 'dv' } : storedSsl(ssl, hostname);
}

function mergeMetadata(live: JsonObject, change: Record<string, Json>, untyped: boolean): JsonObject {
  const merged = new Map(Object.entries(live));
  for (const [key, value] of Object.entries(change)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else if (!(untyped && old !== undefined && textOfValue(old) === value)) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function overlaySsl(stored: JsonObject, { settings, bundle, ...fields }: SslChange): JsonObject {
  const config: JsonObject = { ...stored, ...fields };
  if (bundle !== undefined) config.certificates = bundleCertificates(bundle);
  if (settings !== undefined) {
    const whole = Object.entries({ ...(stored.settings as JsonObject | undefined), ...settings });
    config.settings = Object.fromEntries(whole.filter(([, value]) => value !== null));
  }
  return config;
}
