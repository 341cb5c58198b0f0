import type { Json, JsonObject } from '../terms.ts';
import { CERTIFICATES_PATH, compareCertificates } from './certificates.ts';
import type { Change } from './change.ts';
import { AUTHORITY_PATH, changedPaths, same } from './compare.ts';
import { decide, type RowDecision } from './decide.ts';
import type { LiveHostname } from './live.ts';
import { storedConfig } from './stored-config.ts';

/** What a row was planned to change, and against what: all that it takes to lay the change over a newer reading. */
export interface Planned {
  change: Change;
  /** What the members of the body held when it was planned. */
  before: JsonObject;
  /** The change came from CSV, where every value is text. */
  untyped: boolean;
  inPack: boolean;
  /** Whether an authority that does not change goes along. */
  choosesAuthority: boolean;
  /** Send the row's values also where somebody else has changed the very same fields since. */
  overwriteDrift: boolean;
}

export type LaidOver = RowDecision & {
  /** Dotted paths that somebody else has changed since the plan, and that are kept as they are now. */
  drift: string[];
};

/**
 * The row as it is to be sent to `live`, which was read after its plan: the change is laid over what is live now. What
 * somebody else has changed beside it since is kept and named. Where they changed what the row itself asks for, to something
 * that is neither what it was nor what the row wants, the row is held back: whose word is the newer cannot be told here.
 */
export function layOver(planned: Planned, live: LiveHostname): LaidOver {
  const { change, before, overwriteDrift } = planned;
  const now = storedConfig(live);
  const asked = change.recheck === true ? [] : askedOf(change);
  const held = overwriteDrift ? [] : asked.filter((one) => isHeld(one, planned, now));
  if (held.length > 0) {
    const fields = held.map(
      ({ path }) => `${path.join('.')} (${text(valueAt(before, path))} -> ${text(valueAt(now, path))})`,
    );
    return {
      decision: 'reject',
      code: 'CHANGED_SINCE_PLAN',
      message: `Somebody else has changed what the row is to change of ${live.hostname} since it was planned: ${fields.join(', ')}; it was not sent.`,
      drift: held.map(({ path }) => path.join('.')),
    };
  }
  const names = new Set(asked.map(({ path }) => path.join('.')));
  const drift = driftOf(before, now).filter((path) => !names.has(path));
  const { untyped, inPack, choosesAuthority } = planned;
  const options = { untyped, inPack, choosesAuthority, existsElsewhere: false, isCovered: true };
  return { ...decide(change, live, options), drift };
}

/** One field that a row asks for: where it is in a body, and the value it is to have; undefined clears it. */
export interface Asked {
  path: string[];
  wanted: Json | undefined;
}

export function askedOf({ custom_metadata: metadata, custom_origin_server, custom_origin_sni, ssl }: Change): Asked[] {
  const { settings, bundle, cloudflare_branding: _neverShown, ...fields } = ssl ?? {};
  const members = (object: object | undefined, ...at: string[]): Asked[] =>
    Object.entries(object ?? {}).map(([name, wanted]) => ({ path: [...at, name], wanted }));
  const cleared = (asked: Asked, as: Json | undefined): Asked => ({ ...asked, wanted: asked.wanted ?? as });
  const origins = Object.entries({ custom_origin_server, custom_origin_sni }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    ...members(metadata, 'custom_metadata').map((asked) => cleared(asked, undefined)),
    ...members(Object.fromEntries(origins)).map((asked) => cleared(asked, '')),
    // What Cloudflare chooses by itself is nobody's change.
    ...members(fields, 'ssl').filter(({ path, wanted }) => path.join('.') !== AUTHORITY_PATH || wanted !== ''),
    ...members(settings, 'ssl', 'settings'),
    ...(bundle === undefined
      ? []
      : [{ path: CERTIFICATES_PATH.split('.'), wanted: bundle.certificates as unknown as Json }]),
  ];
}

/** A member that the body does not have held what the row asks for when it was planned. */
function isHeld({ path, wanted }: Asked, { before, untyped }: Planned, now: JsonObject): boolean {
  const [member = ''] = path;
  const was = member in before ? valueAt(before, path) : wanted;
  const is = valueAt(now, path);
  const readsTheSame = untyped && member === 'custom_metadata' && is !== undefined && String(is) === wanted;
  return !isSame(path.join('.'), was, is) && !isSame(path.join('.'), is, wanted) && !readsTheSame;
}

/** Paths at which a member of `before` holds something else now; keys of metadata and settings one by one. */
function driftOf(before: JsonObject, now: JsonObject): string[] {
  return Object.keys(before).flatMap((member) => {
    const [was, is] = [leaves(before[member], member), leaves(now[member], member)];
    // Certificates are compared only where the plan looked at them.
    const paths = [...new Set([...was.keys(), ...is.keys()])].filter(
      (path) => path !== CERTIFICATES_PATH || was.has(path),
    );
    return paths.filter((path) => !isSame(path, was.get(path), is.get(path)));
  });
}

const BRANCHES = new Set(['ssl', 'ssl.settings', 'custom_metadata']);

export function leaves(value: Json | undefined, path: string): Map<string, Json | undefined> {
  if (!BRANCHES.has(path) || !isObject(value))
    return new Map(value === undefined || value === null ? [] : [[path, value]]);
  return new Map(Object.entries(value).flatMap(([name, member]) => [...leaves(member, `${path}.${name}`)]));
}

export function isSame(path: string, a: Json | undefined, b: Json | undefined): boolean {
  if (path !== CERTIFICATES_PATH || a === undefined || b === undefined) return same(a, b);
  return compareCertificates(a, b) !== 'other';
}

export function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const VALUE_SHOWN = 60;
const text = (value: Json | undefined): string =>
  value === undefined || value === null || value === '' ? 'unset' : JSON.stringify(value).slice(0, VALUE_SHOWN);

/** What a call needs to know of a laid-over edit. */
export const pathsOf = ({ decision, before, body }: Extract<RowDecision, { body: JsonObject }>): string[] =>
  decision === 'recheck' ? [] : changedPaths(before, body);
