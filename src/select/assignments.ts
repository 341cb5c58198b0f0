import { cellValue } from '../manifest/cell-value.ts';
import { findColumn, KNOWN_PATHS } from '../manifest/fields.ts';
import { didYouMean } from '../manifest/nearest.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import type { Json, JsonObject } from '../terms.ts';

/** What a row names, which is the hostname's and cannot be set. */
const NAMES = new Set(['hostname', 'custom_hostname_id', 'zone_id']);
/** Paths in rows are meant from the manifest's folder, which a manifest on its way has not. */
const IS_FILE = /_file$/;

/**
 * Reads what rows are to ask for: `ssl.method=txt`, several with commas between where a field and = follow; values as in the
 * cells of a CSV manifest. Resolves with the members of a JSON row, and with the end of a sentence for each fault.
 */
export async function parseAssignments(texts: readonly string[]): Promise<{ change: JsonObject; faults: string[] }> {
  const change: JsonObject = {};
  const faults: string[] = [];
  for (const text of texts.flatMap((each) => each.split(/,(?=\s*[A-Za-z_][\w.-]*=)/))) {
    const [, path = '', cell = ''] = /^\s*([^=]*?)\s*=(.*)$/s.exec(text) ?? [];
    const field = findColumn(path);
    if (path === '') faults.push(`"${text}": write a field, = and a value, such as ssl.method=txt.`);
    else if (field === undefined)
      faults.push(`"${text}": there is no field "${path}"${didYouMean(path, KNOWN_PATHS) || '.'}`);
    else if (NAMES.has(field.path) || IS_FILE.test(field.path))
      faults.push(`"${text}": ${field.path} cannot be set here.`);
    else {
      const read = cellValue(field, cell);
      if (read.kind === 'value') put(change, field.keys, read.value);
      else faults.push(`"${text}": ${read.kind === 'empty' ? 'the value is missing; <clear> clears' : read.message}.`);
    }
  }
  if (faults.length === 0 && texts.length > 0) faults.push(...(await faultsOf(change)));
  return { change, faults };
}

/** What a manifest's reader would say of a row that asks for it. */
async function faultsOf(change: JsonObject): Promise<string[]> {
  const row = Buffer.from(`${JSON.stringify({ hostname: 'shop.acme-store.net', ...change })}\n`);
  const faults: string[] = [];
  for await (const entry of readManifest({ name: 'set.jsonl', bytes: toBytes(row) }).entries) {
    const problems = entry.kind === 'invalid' ? entry.invalid.problems : entry.kind === 'file' ? [entry.problem] : [];
    faults.push(
      ...problems.map(({ column, message }) => `"${column ?? 'row'}": ${message.replace(/([^.?])$/, '$1.')}`),
    );
  }
  return faults;
}

async function* toBytes(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Lays a value at its place; members of own prototype are impossible, as metadata keys are checked. */
function put(target: JsonObject, keys: readonly string[], value: Json): void {
  const [key = '', ...rest] = keys;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = (target[key] ?? {}) as JsonObject;
  target[key] = inner;
  put(inner, rest, value);
}
