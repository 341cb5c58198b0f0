import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../terms.ts';

/** One path at which a plan changes something; undefined where a side does not have the path. */
export interface PathChange {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** Members that are compared one by one; any other value, lists and nested metadata included, is one value. */
const BRANCHES = new Set(['ssl', 'ssl.settings', 'custom_metadata']);

/**
 * The dotted paths at which `body` differs from `before`; what is equal on both sides is sent but changes nothing.
 * `null` and absent are the same: nothing set. The order of a list does not count, ciphers are the only ones there are.
 */
export function planDiff(before: JsonObject, body: JsonObject): PathChange[] {
  const old = new Map(leaves(before));
  const fresh = new Map(leaves(body));
  const paths = new Set([...fresh.keys(), ...[...old.keys()].filter((path) => isReplaced(path, body))]);
  return [...paths]
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((change) => !isDeepStrictEqual(comparable(change.before), comparable(change.after)));
}

/** Whether the API drops what the body leaves out at `path`: it takes metadata and the settings of ssl as a whole. */
function isReplaced(path: string, body: JsonObject): boolean {
  if (path.startsWith('custom_metadata.')) return body.custom_metadata !== undefined;
  return path.startsWith('ssl.settings.') && body.ssl !== undefined;
}

function leaves(value: JsonObject, prefix = ''): [path: string, value: Json][] {
  return Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const path = prefix + name;
    const isBranch = BRANCHES.has(path) && member !== null && typeof member === 'object' && !Array.isArray(member);
    return isBranch ? leaves(member, `${path}.`) : [[path, member]];
  });
}

const comparable = (value: Json | undefined): Json => (Array.isArray(value) ? [...value].sort() : (value ?? null));
