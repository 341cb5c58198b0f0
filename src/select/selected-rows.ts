import { createHash } from 'node:crypto';
import type { LiveHostname } from '../hostname/live.ts';
import type { JsonObject } from '../terms.ts';
import type { LiveField } from './live-fields.ts';

/** Columns that say which hostname is meant; all others are what was seen, and stand under `live.`. */
const NAMES = new Set(['hostname', 'custom_hostname_id', 'zone_id']);

/** What each row has, beside its hostname. */
export interface RowForm {
  /** The change that every row asks for. */
  change: JsonObject;
  columns: readonly LiveField[];
}

/** One hostname as a row of a manifest. What was seen of it stands where the manifest's reader leaves it alone. */
export function selectedRow(live: LiveHostname, { change, columns }: RowForm, now: number): JsonObject {
  const row: JsonObject = { hostname: live.hostname };
  const seen: JsonObject = {};
  for (const { path, read } of columns) {
    const text = read(live, now).join(' ');
    if (NAMES.has(path)) row[path] = text;
    else seen[path] = text;
  }
  return { ...row, ...change, ...(Object.keys(seen).length > 0 ? { live: seen } : {}) };
}

/**
 * Of all that is given, `size` values in their order: those whose names have the least hashes. So the same ones come out each
 * time, and more of them hold the fewer; memory is that of `size` values.
 */
export class Sample<T> {
  readonly #size: number;
  #kept: { hash: string; at: number; value: T }[] = [];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(name: string, value: T): void {
    const at = this.#count++;
    const hash = createHash('sha1').update(name).digest('hex');
    this.#kept.push({ hash, at, value });
    if (this.#kept.length >= 2 * this.#size) this.#cut();
  }

  values(): T[] {
    this.#cut();
    return [...this.#kept].sort((a, b) => a.at - b.at).map(({ value }) => value);
  }

  #cut(): void {
    this.#kept.sort((a, b) => (a.hash < b.hash ? -1 : 1));
    this.#kept = this.#kept.slice(0, this.#size);
  }
}

/** How many hostnames have which values in some fields; the most frequent first. */
export class Tally {
  readonly #fields: readonly LiveField[];
  readonly #counts = new Map<string, { values: string[]; count: number }>();

  constructor(fields: readonly LiveField[]) {
    this.#fields = fields;
  }

  add(live: LiveHostname, now: number): void {
    const values = this.#fields.map(({ read }) => read(live, now).join(' '));
    const key = JSON.stringify(values);
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { values, count: 1 });
    else known.count += 1;
  }

  rows(): { values: string[]; count: number }[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.values.join() < b.values.join() ? -1 : 1));
  }
}
