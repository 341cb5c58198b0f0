import type { Json, JsonObject } from '../terms.ts';
import type { Duplicates } from './duplicates.ts';
import { isSecretPath } from './fields.ts';
import { holdsPrivateKey, WITHHELD } from './quote-value.ts';
import type { ManifestEntry, Row, RowSource } from './row.ts';
import type { RowDraft } from './row-draft.ts';
import { checkRow } from './row-rules.ts';

/** Turns a draft whose fields were read, or could not be, into an entry. */
export type FinishRow = (draft: RowDraft, source?: RowSource) => ManifestEntry;

/** Checks drafts against the rules for whole rows and against the rows before them. */
export const rowFinisher =
  (duplicates: Duplicates): FinishRow =>
  (draft, source) => {
    if (!draft.unread) checkRow(draft);
    duplicates.check(draft);
    const { row, line, problems } = draft;
    if (problems.length > 0 || source === undefined) {
      const kept = source === undefined ? {} : { source: withoutSecrets(source) };
      return { kind: 'invalid', invalid: { row, line, problems, ...kept } };
    }
    const good: Row = { row, line, change: draft.change, source };
    if (draft.hostname !== undefined) good.hostname = draft.hostname;
    if (draft.custom_hostname_id !== undefined) good.custom_hostname_id = draft.custom_hostname_id;
    if (draft.zone_id !== undefined) good.zone_id = draft.zone_id;
    return { kind: 'row', row: good };
  };

/** The source with every certificate, key and whatever else holds a private key withheld. */
function withoutSecrets(source: RowSource): RowSource {
  if (Array.isArray(source)) return source.map((cell) => (holdsPrivateKey(cell) ? WITHHELD : cell));
  return cleanObject(source, '');
}

function cleanObject(object: JsonObject, prefix: string): JsonObject {
  // Object.fromEntries defines members, so that "__proto__" stays a plain one.
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const path = `${prefix}${key}`;
      return [holdsPrivateKey(key) ? WITHHELD : key, isSecretPath(path) ? WITHHELD : cleanValue(value, `${path}.`)];
    }),
  );
}

function cleanValue(value: Json, prefix: string): Json {
  if (typeof value === 'string') return holdsPrivateKey(value) ? WITHHELD : value;
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, prefix));
  return value !== null && typeof value === 'object' ? cleanObject(value, prefix) : value;
}
