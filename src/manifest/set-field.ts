import type { CustomHostnameId, Hostname, Json, ZoneId } from '../terms.ts';
import { checkValue } from './check-value.ts';
import type { Field } from './fields.ts';
import { addProblem, putChange, type RowDraft } from './row-draft.ts';

/** Notes that the row gives a value, good or bad, for the field. */
export function noteField(draft: RowDraft, { kind }: Field): void {
  if (kind === 'hostname' || kind === 'custom_hostname_id') draft.named = true;
  else if (kind !== 'zone_id' && kind !== 'flag') draft.changes += 1;
}

/** Lays one value into the draft in its normal form, or notes what is wrong with it. */
export function setField(draft: RowDraft, field: Field, value: Json): void {
  noteField(draft, field);
  const checked = checkValue(field, value);
  if (!checked.ok) {
    for (const { code, message } of checked.faults) addProblem(draft, code, message, field.path);
    return;
  }
  switch (field.kind) {
    // The check of each kind has made its brand.
    case 'hostname':
      draft.hostname = checked.value as Hostname;
      break;
    case 'custom_hostname_id':
      draft.custom_hostname_id = checked.value as CustomHostnameId;
      break;
    case 'zone_id':
      draft.zone_id = checked.value as ZoneId;
      break;
    case 'flag':
      if (checked.value === true) putChange(draft, field.keys, true);
      break;
    case 'bundle':
      draft.bundle = String(checked.value);
      break;
    case 'pem_file':
    case 'pem':
    case 'csr_id':
      draft.pems ??= new Map();
      draft.pems.set(field.path, String(checked.value));
      break;
    default:
      putChange(draft, field.keys, checked.value);
  }
}
