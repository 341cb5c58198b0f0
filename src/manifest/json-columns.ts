import { stringifyExact } from '../json/exact-json.ts';
import type { Json, JsonObject } from '../terms.ts';
import { PAIRS_PATH } from './bundle-wish.ts';
import { CLEAR, DEFAULT, JSON_CLOSE, JSON_OPEN } from './cell-value.ts';
import { ERROR_COLUMNS, FIELDS, findField, GROUPS } from './fields.ts';

/**
 * A JSONL row as CSV columns: dotted path to cell text (not yet guarded). Members that no column can stand for keep a
 * column of their own, so that a row which was refused for them is refused again, and nothing is lost unnoticed.
 */
export function jsonCells(source: JsonObject): Map<string, string> {
  const cells = new Map<string, string>();
  addCells(cells, source, '');
  return cells;
}

function addCells(cells: Map<string, string>, object: JsonObject, group: string): void {
  for (const [key, value] of Object.entries(object)) {
    const path = group === '' ? key : `${group}.${key}`;
    if (group === '' && ERROR_COLUMNS.includes(key)) continue;
    const nested = isObject(value);
    // A dotted key is not the nested member it looks like: as a column it would be.
    if (key.includes('.') && group !== 'custom_metadata') cells.set(`${path}?`, JSON.stringify(value));
    else if (nested && GROUPS.has(path)) addCells(cells, value, path);
    else if (path === PAIRS_PATH && Array.isArray(value) && value.every(isObject)) {
      for (const [at, pair] of value.entries()) addCells(cells, pair, `${path}.${at}`);
    } else cells.set(path, cellText(path, value));
  }
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The columns of all `paths` in the order of the field table, then metadata keys and the rest as they came. */
export function orderColumns(paths: Iterable<string>): string[] {
  const rest = new Set(paths);
  const known = FIELDS.map((field) => field.path).filter((path) => rest.delete(path));
  return [...known, ...rest];
}

/** The text that `cellValue` reads back as `value`; for what the field cannot hold, a text that it refuses. */
function cellText(path: string, value: Json): string {
  const field = findField(path);
  if (value === null) return CLEAR;
  if (field?.kind === 'choice' && value === '' && field.values?.includes('')) return DEFAULT;
  if (field?.kind === 'ciphers' && Array.isArray(value) && value.length > 0) {
    if (value.every((each) => typeof each === 'string' && /^[^\s:,<]+$/.test(each))) return value.join(' ');
  }
  if (field?.kind !== 'metadata' && typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && readsBackAsItself(value)) return value;
  return `${JSON_OPEN}${stringifyExact(value)}${JSON_CLOSE}`;
}

/** Whether the cell is neither empty nor a literal, and keeps all its characters on the way through a file. */
const readsBackAsItself = (text: string): boolean =>
  text !== '' && text === text.trim() && !text.startsWith('<') && !/[\0\p{Surrogate}]/u.test(text);
