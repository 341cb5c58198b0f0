import type { Json } from '../terms.ts';
import { CERTIFICATES_PATH, serialsOf } from './certificates.ts';
import type { Change } from './change.ts';
import { AUTHORITY_PATH } from './compare.ts';
import { askedOf, isSame, leaves, valueAt } from './lay-over.ts';
import type { LiveHostname } from './live.ts';
import { storedConfig } from './stored-config.ts';

/**
 * Who may have done it. `renewal`: Cloudflare, which has issued another certificate since; a renewal may turn txt into http
 * (observed), and chooses the authority where the zone may not. `edit`: somebody. `either`: it cannot be told.
 */
type DriftBy = 'renewal' | 'edit' | 'either';

/** A field that is not as it was, or as it was asked for; null stands for no value. */
export interface DriftedField {
  /** Dotted path; keys of metadata and settings one by one. */
  path: string;
  was: Json;
  is: Json;
  by: DriftBy;
}

/** Fields that a renewal is known to change by itself. */
const RENEWED = new Set<string>(['ssl.method', AUTHORITY_PATH]);

/** What of a hostname's configuration is not as it was. Statuses, tokens and managed certificates come and go by themselves. */
export function driftSince(old: LiveHostname, live: LiveHostname): DriftedField[] {
  const [was, is] = [allLeaves(old), allLeaves(live)];
  const isUploaded = old.ssl?.uploaded === true || live.ssl?.uploaded === true;
  const [before, now] = [serialsOf(old), serialsOf(live)];
  const canTell = before.length > 0 && now.length > 0;
  const isRenewed = now.some((serial) => !before.includes(serial));
  const byCloudflare: DriftBy = !canTell ? 'either' : isRenewed ? 'renewal' : 'edit';
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => path !== CERTIFICATES_PATH || isUploaded)
    .filter((path) => !isSame(path, was.get(path), is.get(path)))
    .map((path) => ({
      path,
      was: was.get(path) ?? null,
      is: is.get(path) ?? null,
      by: RENEWED.has(path) && !isUploaded ? byCloudflare : 'edit',
    }));
}

const allLeaves = (live: LiveHostname): Map<string, Json | undefined> =>
  new Map(
    Object.entries(storedConfig(live)).flatMap(([member, value]) =>
      [...leaves(value, member)].filter(([, leaf]) => leaf !== ''),
    ),
  );

/** What of a hostname is not as a row asked for. `untyped`: the row came from CSV, where every value is text. */
export function driftFrom(change: Change, live: LiveHostname, { untyped }: { untyped: boolean }): DriftedField[] {
  if (change.recheck === true) return [];
  const now = storedConfig(live);
  return askedOf(change).flatMap(({ path, wanted }): DriftedField[] => {
    const [name, is] = [path.join('.'), valueAt(now, path)];
    const readsTheSame = untyped && path[0] === 'custom_metadata' && is !== undefined && String(is) === wanted;
    // What is to be cleared is gone, or empty.
    if (isSame(name, wanted ?? undefined, is === '' ? (wanted ?? undefined) : is) || readsTheSame) return [];
    if ((wanted === null || wanted === '') && (is === undefined || is === '')) return [];
    return [{ path: name, was: wanted ?? null, is: is ?? null, by: RENEWED.has(name) ? 'either' : 'edit' }];
  });
}
