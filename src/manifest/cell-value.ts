import { parseExact } from '../json/exact-json.ts';
import type { Json } from '../terms.ts';
import { unguardCell } from './cell-guard.ts';
import type { Field } from './fields.ts';
import { quoteValue } from './quote-value.ts';

/** Clears the field, as `null` does in JSON. */
export const CLEAR = '<clear>';
/** Leaves the choice to Cloudflare, as the empty string does in JSON; an empty cell means "leave as it is". */
export const DEFAULT = '<default>';
/** `<json:5>`: a metadata value that no plain text can stand for: a number, a boolean, an empty string … */
export const JSON_OPEN = '<json:';
export const JSON_CLOSE = '>';

/** Spreadsheets write booleans in upper case, so case does not matter here. */
const BOOLEANS = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

export type CellValue = { kind: 'empty' } | { kind: 'value'; value: Json } | { kind: 'fault'; message: string };

/** What the cell of a CSV manifest would be in a JSON manifest. Outer white space is not part of a value. */
export function cellValue(field: Field, cell: string): CellValue {
  const text = unguardCell(cell).trim();
  if (text === '') return { kind: 'empty' };
  if (text === CLEAR) return { kind: 'value', value: null };
  switch (field.kind) {
    case 'choice':
      return { kind: 'value', value: text === DEFAULT && field.values?.includes('') ? '' : text };
    case 'flag':
    case 'boolean':
      return { kind: 'value', value: BOOLEANS.get(text.toLowerCase()) ?? text };
    case 'ciphers':
      return { kind: 'value', value: text.split(/[\s:,]+/).filter((name) => name !== '') };
    case 'metadata':
      return metadataValue(text);
    default:
      return { kind: 'value', value: text };
  }
}

function metadataValue(text: string): CellValue {
  if (!text.startsWith(JSON_OPEN) || !text.endsWith(JSON_CLOSE)) return { kind: 'value', value: text };
  try {
    return { kind: 'value', value: parseExact(text.slice(JSON_OPEN.length, -JSON_CLOSE.length)) as Json };
  } catch {
    return { kind: 'fault', message: `${quoteValue(text)} does not hold valid JSON between "${JSON_OPEN}" and ">"` };
  }
}
