import type { DriftedField } from '../hostname/drifted.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { checkValue } from '../manifest/check-value.ts';
import { findField } from '../manifest/fields.ts';
import type { CustomHostnameId, Hostname, Json, JsonObject, ZoneId } from '../terms.ts';
import { printable } from '../text/printable.ts';
import { counted, cut } from '../text/text-layout.ts';

/** A hostname that has drifted. */
export interface Drifted {
  hostname: Hostname;
  custom_hostname_id: CustomHostnameId;
  zone_id: ZoneId;
  fields: DriftedField[];
}

/** What has become of some hostnames since they were seen, or were asked for something. */
export interface Drift {
  /** What they are compared with, for people. */
  against: string;
  /** Hostnames that are there to be compared. */
  compared: number;
  drifted: Drifted[];
  /** Those that are not there any more. */
  gone: string[];
  /** Those that were not there; only where the whole zone is known. */
  appeared: string[];
}

export const driftedOf = ({ hostname, id, zone_id }: LiveHostname, fields: DriftedField[]): Drifted => ({
  hostname,
  custom_hostname_id: id,
  zone_id,
  fields,
});

/** The row of a manifest that makes a hostname what it was; `left` has the fields that no manifest can set so. */
export function fixingRow({ hostname, custom_hostname_id, zone_id, fields }: Drifted): {
  row?: JsonObject;
  left: string[];
} {
  const row: JsonObject = { hostname, custom_hostname_id, zone_id };
  const left: string[] = [];
  for (const { path, was } of fields) {
    const field = findField(path);
    const value = was === '' ? null : was;
    if (field === undefined || !checkValue(field, value).ok) left.push(path);
    else put(row, field.keys, value);
  }
  return left.length === fields.length ? { left } : { row, left };
}

function put(target: JsonObject, [key = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) target[key] = value;
  else {
    const inner = (target[key] ?? {}) as JsonObject;
    target[key] = inner;
    put(inner, rest, value);
  }
}

const BY: Record<DriftedField['by'], string> = {
  renewal: "Cloudflare's renewal",
  edit: "somebody's edit",
  either: "a renewal, or somebody's edit",
};

const SHOWN = 20;
const VALUE_WIDTH = 30;
const valueText = (value: Json): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const shown = (value: Json): string => cut(printable(valueText(value)), VALUE_WIDTH) || 'unset';

/** What a person has to look at, as one sentence; nothing where all is as it was. */
export const driftNeeds = ({ against, compared, drifted, gone }: Drift): string[] =>
  drifted.length + gone.length === 0
    ? []
    : [
        `${drifted.length} of ${counted(compared, 'hostname')} have drifted, ${gone.length} are gone, compared with ${against}.`,
      ];

/** A drift as people read it on a terminal. */
export function driftText({ against, compared, drifted, gone, appeared }: Drift): string {
  const lines = [
    `${counted(compared, 'hostname')} compared with ${against}: ${counted(drifted.length, 'has', 'have')} drifted`,
  ];
  const kinds = new Map<string, number>();
  for (const { path, by } of drifted.flatMap(({ fields }) => fields)) {
    const kind = `${path}, by ${BY[by]}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  lines.push(
    ...[...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}`),
  );
  for (const { hostname, fields } of drifted.slice(0, SHOWN)) {
    lines.push('', hostname, ...fields.map(({ path, was, is }) => `  ${path}: ${shown(was)} -> ${shown(is)}`));
  }
  if (drifted.length > SHOWN) lines.push('', `… and ${drifted.length - SHOWN} more; --format csv has all`);
  const list = (title: string, names: readonly string[]) => {
    if (names.length > 0)
      lines.push(
        '',
        `${title}: ${names.slice(0, SHOWN).map(printable).join(' ')}${names.length > SHOWN ? ` … ${names.length} in all` : ''}`,
      );
  };
  list('Not there any more', gone);
  list('New', appeared);
  return lines.join('\n');
}

export const CSV_COLUMNS = ['hostname', 'zone_id', 'field', 'was', 'is', 'by'];

/** A line for each field, and one for each hostname that is gone or new. */
export function* driftRows({ drifted, gone, appeared }: Drift): Generator<string[]> {
  for (const { hostname, zone_id, fields } of drifted) {
    for (const { path, was, is, by } of fields) yield [hostname, zone_id, path, valueText(was), valueText(is), by];
  }
  for (const name of gone) yield [name, '', '', 'there', '', ''];
  for (const name of appeared) yield [name, '', '', '', 'there', ''];
}
