import type { Json, JsonObject } from '../terms.ts';
import { bundleWishOf, offeredBundle } from './bundle-rules.ts';
import { holdsInlinePem, PAIRS_PATH } from './bundle-wish.ts';
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
  (duplicates: Duplicates, matchNames = false): FinishRow =>
  (draft, source) => {
    const offered = draft.unread || !matchNames ? undefined : offeredBundle(draft);
    if (offered !== undefined) draft.changes += 1;
    const bundle = offered ?? (draft.unread ? undefined : bundleWishOf(draft));
    if (!draft.unread) checkRow(draft);
    duplicates.check(draft);
    const { row, line, problems } = draft;
    if (problems.length > 0 || source === undefined) {
      const kept = source === undefined ? {} : { source: withoutSecrets(source) };
      return { kind: 'invalid', invalid: { row, line, problems, ...kept } };
    }
    const hasKey = bundle !== undefined && holdsInlinePem(bundle);
    const good: Row = { row, line, change: draft.change, source: hasKey ? withoutSecrets(source) : source };
    if (bundle !== undefined) good.bundle = bundle;
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
    Object.entries(object).map(([key, value]) => [
      holdsPrivateKey(key) ? WITHHELD : key,
      cleanValue(value, `${prefix}${key}`),
    ]),
  );
}

function cleanValue(value: Json, path: string): Json {
  // Of the pairs the files stay, so that the row can be handed back.
  const arePairs = path === PAIRS_PATH && Array.isArray(value);
  const isPair = path.startsWith(`${PAIRS_PATH}.`) && value !== null && typeof value === 'object';
  if (isSecretPath(path) && !arePairs && !isPair) return WITHHELD;
  if (typeof value === 'string') return holdsPrivateKey(value) ? WITHHELD : value;
  if (Array.isArray(value)) return value.map((each, at) => cleanValue(each, `${path}.${at}`));
  return value !== null && typeof value === 'object' ? cleanObject(value, `${path}.`) : value;
}
