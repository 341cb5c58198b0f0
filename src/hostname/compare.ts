import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../terms.ts';
import { CERTIFICATES_PATH, compareCertificates } from './certificates.ts';
import type { LiveHostname } from './live.ts';
import { storedConfig } from './stored-config.ts';

/** Members that are compared one by one; everything else, metadata as a whole included, is one value. */
const BRANCHES = new Set(['ssl', 'ssl.settings']);

export const AUTHORITY_PATH = 'ssl.certificate_authority';

/** Accepted by the API but never shown in its answers, so that nothing can be concluded from their absence. */
const NEVER_SHOWN = new Set(['ssl.cloudflare_branding']);

/** Dotted paths at which `body` asks for something else than `before` holds. */
export function changedPaths(before: JsonObject, body: JsonObject, prefix = ''): string[] {
  return Object.entries(body).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const old = before[key];
    if (BRANCHES.has(path) && isObject(value)) return changedPaths(isObject(old) ? old : {}, value, path);
    // What is never shown is taken to be at its default, false.
    if (path === CERTIFICATES_PATH) return compareCertificates(old, value) === 'same' ? [] : [path];
    return same(old ?? (NEVER_SHOWN.has(path) ? false : undefined), value) ? [] : [path];
  });
}

/** Of the `paths` a PATCH with `body` was to change, those that `live` does not show. */
export function notShown(live: LiveHostname, body: JsonObject, paths: readonly string[]): string[] {
  const shown = storedConfig(live);
  return paths.filter((path) => {
    const wanted = valueAt(body, path);
    if (NEVER_SHOWN.has(path) || isOwnChoiceOfAuthority(path, wanted)) return false;
    // Those have a verdict of their own.
    if (path === CERTIFICATES_PATH) return false;
    return !same(valueAt(shown, path), wanted);
  });
}

/**
 * Whether the change is in effect, judged by a read. A body that changes nothing (a recheck), or only what answers never
 * show, cannot be judged so: false, and it is sent again.
 */
export function isThere(live: LiveHostname, body: JsonObject, paths: readonly string[]): boolean {
  const telling = paths.filter((path) => !NEVER_SHOWN.has(path) && !isOwnChoiceOfAuthority(path, valueAt(body, path)));
  if (telling.includes(CERTIFICATES_PATH) && !showsAllCertificates(live, body)) return false;
  return telling.length > 0 && notShown(live, body, telling).length === 0;
}

const showsAllCertificates = (live: LiveHostname, body: JsonObject): boolean =>
  compareCertificates(valueAt(storedConfig(live), CERTIFICATES_PATH), valueAt(body, CERTIFICATES_PATH)) === 'same';

/** The empty string lets Cloudflare choose; what it chose is what answers show. */
const isOwnChoiceOfAuthority = (path: string, wanted: Json | undefined): boolean =>
  path === AUTHORITY_PATH && wanted === '';

function valueAt(object: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
  return value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists (ciphers) are equal in any order, as the API is free to sort them, and an empty one is as good as none. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) || Array.isArray(b)) return isDeepStrictEqual(sorted(a), sorted(b));
  return isDeepStrictEqual(a ?? null, b ?? null);
}

const sorted = (value: Json | undefined): Json => (Array.isArray(value) ? [...value].sort() : (value ?? []));
