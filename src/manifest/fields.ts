import {
  BUNDLE_METHODS,
  CERTIFICATE_AUTHORITIES,
  CIPHERS,
  MIN_TLS_VERSIONS,
  ON_OFF,
  SSL_METHODS,
  SSL_TYPES,
} from '../hostname/change.ts';
import { PAIRS_PATH } from './bundle-wish.ts';
import { holdsPem, WITHHELD } from './quote-value.ts';

/** What a field's value is. `flag` is `recheck`: true asks, false is as good as absent. */
type FieldKind =
  | 'hostname'
  | 'custom_hostname_id'
  | 'zone_id'
  | 'flag'
  | 'choice'
  | 'boolean'
  | 'ciphers'
  | 'metadata'
  | 'origin_server'
  | 'origin_sni'
  | 'bundle'
  | 'pem_file'
  | 'pem'
  | 'csr_id';

/** One field of a manifest, whether it is written as a CSV column or as a member of a JSON object. */
export interface Field {
  /** Dotted path: the CSV column, and the place in the JSON object and in the PATCH body. */
  path: string;
  /** The path taken apart; the last part of a metadata path may hold dots. */
  keys: readonly string[];
  kind: FieldKind;
  /** The allowed values of a `choice` or of `ciphers`. */
  values?: readonly string[];
  /** Whether `null`, in CSV `<clear>`, may unset it. */
  clearable?: true;
}

const field = (path: string, kind: FieldKind, more: Pick<Field, 'values' | 'clearable'> = {}): Field => ({
  path,
  keys: path.split('.'),
  kind,
  ...more,
});
const choice = (path: string, values: readonly string[]): Field => field(path, 'choice', { values });

/** Every field but metadata, whose keys are the operator's own. In the order in which hostroll writes columns. */
export const FIELDS: readonly Field[] = [
  field('hostname', 'hostname'),
  field('custom_hostname_id', 'custom_hostname_id'),
  field('zone_id', 'zone_id'),
  field('recheck', 'flag'),
  choice('ssl.method', SSL_METHODS),
  choice('ssl.type', SSL_TYPES),
  choice('ssl.certificate_authority', CERTIFICATE_AUTHORITIES),
  choice('ssl.bundle_method', BUNDLE_METHODS),
  field('ssl.wildcard', 'boolean'),
  field('ssl.cloudflare_branding', 'boolean'),
  choice('ssl.settings.http2', ON_OFF),
  choice('ssl.settings.tls_1_3', ON_OFF),
  choice('ssl.settings.early_hints', ON_OFF),
  choice('ssl.settings.min_tls_version', MIN_TLS_VERSIONS),
  field('ssl.settings.ciphers', 'ciphers', { values: CIPHERS }),
  field('bundle', 'bundle'),
  field('ssl.custom_certificate_file', 'pem_file'),
  field('ssl.custom_key_file', 'pem_file'),
  field('ssl.custom_csr_id', 'csr_id'),
  ...[0, 1].flatMap((pair) => [
    field(`${PAIRS_PATH}.${pair}.custom_certificate_file`, 'pem_file'),
    field(`${PAIRS_PATH}.${pair}.custom_key_file`, 'pem_file'),
  ]),
  field('custom_origin_server', 'origin_server', { clearable: true }),
  field('custom_origin_sni', 'origin_sni', { clearable: true }),
];

/** PEM itself, as the API takes it: in JSONL alone, where it is warned about. A CSV file is a spreadsheet's, and mailed about. */
const INLINE_FIELDS = new Map(
  ['ssl', `${PAIRS_PATH}.0`, `${PAIRS_PATH}.1`]
    .flatMap((group) => [`${group}.custom_certificate`, `${group}.custom_key`])
    .map((path) => [path, field(path, 'pem')]),
);

/** Members that hold further fields. */
export const GROUPS: ReadonlySet<string> = new Set(['ssl', 'ssl.settings', 'custom_metadata']);

export const METADATA_PREFIX = 'custom_metadata.';

/** Columns of hostroll's own failed.csv: accepted and not read, so that the file is a manifest again. */
export const ERROR_COLUMNS: readonly string[] = ['error_code', 'error_message', 'cf_ray'];

/** Whether a column, or a member of a JSON row, is the operator's own note on it, which travels with the row and is not read. */
export const isNote = (name: string): boolean => /^note(?:\.|$)/i.test(name);

/** Whether it is not part of what a row asks for: hostroll's own remark (`live.…` is what `select` saw), or a note. */
export const isRemark = (name: string): boolean =>
  ERROR_COLUMNS.includes(name.toLowerCase()) || /^live(?:\.|$)/i.test(name) || isNote(name);

/** Certificates and keys, whose values are never repeated. */
const SECRET_PATH = /^(?:ssl\.)?custom_(?:certificate|key|csr_id|cert_bundle)(?:[.[].*)?$/i;

const byPath = new Map(FIELDS.map((each) => [each.path, each]));

/** The paths that a slip of the pen may have meant. */
export const KNOWN_PATHS: readonly string[] = [...byPath.keys(), 'custom_metadata', ...ERROR_COLUMNS];

/** The field at `path`; undefined for a path that is no field. Every metadata key is one. */
export function findField(path: string): Field | undefined {
  if (!path.startsWith(METADATA_PREFIX)) return byPath.get(path);
  return { path, keys: ['custom_metadata', path.slice(METADATA_PREFIX.length)], kind: 'metadata', clearable: true };
}

/** The field of a CSV column, whose fixed names may be written in any case. */
export function findColumn(name: string): Field | undefined {
  const lower = name.toLowerCase();
  if (!lower.startsWith(METADATA_PREFIX)) return byPath.get(lower);
  return findField(METADATA_PREFIX + name.slice(METADATA_PREFIX.length));
}

/** The field at `path` of a JSON row, where PEM may be inline, too. */
export const findJsonField = (path: string): Field | undefined => findField(path) ?? INLINE_FIELDS.get(path);

/** Whether `path` carries a certificate or a key itself, not only the name of its file. */
export const isSecretPath = (path: string): boolean => SECRET_PATH.test(path) && !byPath.has(path);

/** The sentence for a column or member that carries a certificate or key. */
export const SECRET_SENTENCE =
  'a certificate or key cannot stand here in clear; remove it, from every copy of the file, and name a bundle or the files (docs/certificates.md)';

/**
 * Why a metadata key cannot be used, or undefined. The outer white space of a CSV header is lost, and a lone surrogate
 * or a NUL cannot be written to a file; `__proto__` is a trap for programs that read the metadata.
 */
export function metadataKeyFault(key: string): string | undefined {
  if (key === '') return 'a metadata key cannot be empty';
  if (key !== key.trim()) return 'a metadata key cannot start or end with white space';
  if (holdsPem(key) || key === WITHHELD) return 'a metadata key cannot hold PEM text';
  if (key === '__proto__') return 'the metadata key "__proto__" cannot be used';
  if (/[\0\p{Surrogate}]/u.test(key)) return 'a metadata key must be valid text without NUL';
  return undefined;
}
