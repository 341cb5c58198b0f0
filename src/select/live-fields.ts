import { CIPHERS, SSL_METHODS } from '../hostname/change.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { phaseOfLive } from '../hostname/live-phase.ts';
import { HOSTNAME_PHASES, HOSTNAME_STATUSES, SSL_STATUSES } from '../hostname/phase.ts';
import { textOfValue } from '../json/exact-json.ts';
import { FIELDS, findField, METADATA_PREFIX } from '../manifest/fields.ts';
import type { Json, JsonObject } from '../terms.ts';

/** What can be asked of a live hostname: a field of the manifest that the API shows, or one that only it has. */
export interface LiveField {
  /** Dotted path, as in a manifest and in the API's answer. */
  path: string;
  /** A date is ISO 8601; a list passes where one of its members does. */
  kind: 'text' | 'date' | 'list';
  /** The values there are; `closed` where there can be no others. */
  values?: readonly string[];
  closed?: true;
  /** The field's values at `now` (milliseconds since 1970), none where the hostname lacks it. */
  read(live: LiveHostname, now: number): readonly string[];
}

/** Of a manifest's fields those that answers do not show as such. */
const NOT_SHOWN = new Set(['flag', 'bundle', 'pem_file', 'pem', 'csr_id']);
const NEVER_SHOWN = new Set(['ssl.cloudflare_branding']);

const textsOf = (value: Json | undefined): readonly string[] => {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value.map(textOfValue) : [textOfValue(value)];
};

function at(live: LiveHostname, keys: readonly string[]): readonly string[] {
  let value: unknown = live;
  for (const key of keys) {
    const object = value as JsonObject | null | undefined;
    value = typeof object === 'object' && object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return textsOf(value as Json | undefined);
}

/** A field that stands where its path says. */
const plain = (path: string, more: Partial<LiveField> = {}): LiveField => {
  const keys = path.split('.');
  return { path, kind: 'text', read: (live) => at(live, keys), ...more };
};

/** Values that answers still show beside those that a manifest may ask for. */
const RETIRED: Record<string, readonly string[]> = {
  'ssl.method': [...SSL_METHODS, 'cname'],
  'ssl.certificate_authority': ['google', 'lets_encrypt', 'ssl_com', 'digicert'],
};

const OF_MANIFEST: readonly LiveField[] = FIELDS.filter(
  ({ kind, path }) => !NOT_SHOWN.has(kind) && !NEVER_SHOWN.has(path),
).map(({ path, kind, values }) => {
  if (path === 'custom_hostname_id') return plain(path, { read: ({ id }) => [id] });
  if (kind === 'ciphers') return plain(path, { kind: 'list', values: CIPHERS });
  if (kind === 'boolean') {
    // Answers leave a wildcard out where there is none.
    const read = (live: LiveHostname) => (live.ssl === undefined ? [] : [String(live.ssl.wildcard ?? false)]);
    return plain(path, { values: ['true', 'false'], closed: true, read });
  }
  const known = RETIRED[path] ?? values;
  return plain(path, known === undefined ? {} : { values: known });
});

const OF_ANSWERS: readonly LiveField[] = [
  plain('phase', {
    values: HOSTNAME_PHASES,
    closed: true,
    read: (live, now) => [phaseOfLive(live, {}, now)],
  }),
  plain('status', { values: HOSTNAME_STATUSES }),
  plain('ssl.status', { values: SSL_STATUSES }),
  plain('created_at', { kind: 'date' }),
  plain('verification_errors', { kind: 'list' }),
  plain('ssl.validation_errors', { kind: 'list' }),
  plain('ssl.uploaded', {
    values: ['true', 'false'],
    closed: true,
    read: ({ ssl }) => (ssl === undefined ? [] : [String(ssl.uploaded ?? false)]),
  }),
  certificateField('ssl.issuer', 'list', 'issuer'),
  certificateField('ssl.serial_number', 'list', 'serial_number'),
  certificateField('ssl.fingerprint_sha256', 'list', 'fingerprint_sha256'),
  certificateField('ssl.expires_on', 'date', 'expires_on'),
];

/** Of the certificates that are shown, each; of dates the first. */
function certificateField(
  path: string,
  kind: 'list' | 'date',
  member: 'issuer' | 'serial_number' | 'fingerprint_sha256' | 'expires_on',
): LiveField {
  const read = ({ ssl }: LiveHostname): readonly string[] => {
    const own = member === 'fingerprint_sha256' ? undefined : ssl?.[member];
    const all = [...textsOf(own), ...(ssl?.certificates ?? []).flatMap((each) => each[member] ?? [])];
    return kind === 'date' ? all.sort((a, b) => Date.parse(a) - Date.parse(b)).slice(0, 1) : all;
  };
  return { path, kind, read };
}

const BY_PATH = new Map([...OF_MANIFEST, ...OF_ANSWERS].map((field) => [field.path, field]));

/** Every field but metadata, whose keys are the operator's own. */
export const LIVE_PATHS: readonly string[] = [...BY_PATH.keys(), 'custom_metadata'];

/** The field at `path`; undefined for a path that is none. Fixed names are read without case, metadata keys exactly. */
export function findLiveField(path: string): LiveField | undefined {
  const lower = path.toLowerCase();
  if (!lower.startsWith(METADATA_PREFIX)) return BY_PATH.get(lower);
  const key = path.slice(METADATA_PREFIX.length);
  const field = key === '' ? undefined : findField(METADATA_PREFIX + key);
  if (field === undefined) return undefined;
  return { path: field.path, kind: 'text', read: (live) => at(live, field.keys) };
}
