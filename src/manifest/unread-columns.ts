import type { JsonObject } from '../terms.ts';
import { isNote } from './fields.ts';

/** Columns, or members of JSON rows, that are the operator's own business: kept in the files that hand rows back, and not read. */
export interface UnreadColumns {
  /** By name, without regard to case. */
  ignored?: readonly string[];
  /** Not read either, by name; they travel with their rows into every file, as notes do. */
  kept?: readonly string[];
  /** Everything that is no field. */
  allUnknown?: boolean;
}

export function isUnread(name: string, isField: boolean, unread: UnreadColumns): boolean {
  const { ignored = [], allUnknown = false } = unread;
  if (allUnknown && !isField) return true;
  const lower = name.toLowerCase();
  return isKept(name, unread) || ignored.some((each) => each.toLowerCase() === lower);
}

const isKept = (name: string, { kept = [] }: UnreadColumns): boolean =>
  kept.some((each) => each.toLowerCase() === name.toLowerCase());

/** Columns of a CSV header that travel with its rows. */
export const noteColumns = (header: readonly string[], unread: UnreadColumns): string[] =>
  header.map((name) => name.trim()).filter((name) => isNote(name) || isKept(name, unread));

/** Paths of a JSON row that travel with it: the members of `note`, and what is kept by name. */
export const notePaths = (source: JsonObject, unread: UnreadColumns): string[] =>
  Object.entries(source).flatMap(([key, value]) => {
    const isGroup = key === 'note' && typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isGroup) return Object.keys(value).map((name) => `note.${name}`);
    return isNote(key) || isKept(key, unread) ? [key] : [];
  });
