import type { Effect, Json, JsonObject } from '../terms.ts';
import { CERTIFICATES_PATH, certificatesIn, compareCertificates, isSame, liveCertificates } from './certificates.ts';
import { CERTIFICATE_AUTHORITIES, type Change, type SslChange } from './change.ts';
import { AUTHORITY_PATH, same } from './compare.ts';
import type { LiveCertificate, LiveHostname } from './live.ts';

/**
 * Whether an edit can be taken back: as if it had not been, with the certificate validated again, with the files of an uploaded
 * certificate that it replaces, or not at all.
 */
export const REVERSALS = ['reversible', 'needs_dcv', 'needs_bundle', 'not_reversible'] as const;
export type Reversal = (typeof REVERSALS)[number];

/**
 * What it takes to undo an edit of `live` with these effects. Nobody hands back the key of a certificate that was uploaded, so that
 * it must be at hand, and be known for what it is; a managed one is issued again.
 */
export function reversalOf(effects: readonly Effect[], { ssl }: Pick<LiveHostname, 'ssl'>): Reversal {
  const isReplaced = effects.includes('loses_upload') || effects.includes('replaces_certificate');
  if (isReplaced && ssl?.uploaded === true) {
    const shown = liveCertificates(ssl);
    const isTold =
      shown.length > 0 && shown.every((one) => (one.fingerprint_sha256 ?? one.serial_number) !== undefined);
    return isTold ? 'needs_bundle' : 'not_reversible';
  }
  if (!effects.includes('restarts_dcv')) return 'reversible';
  return ssl === undefined ? 'not_reversible' : 'needs_dcv';
}

/** An edit that was made: what it sent, what the same members held before, what it takes to undo it, and its place in a pack. */
export interface Made {
  body: JsonObject;
  before: JsonObject;
  undo?: Reversal | undefined;
  pack?: object | undefined;
}

/** The uploaded certificates whose files it takes to undo an edit; inside a pack the one that stayed is not among them. */
export function uploadsToPutBack({ body, before, undo, pack }: Made): LiveCertificate[] {
  if (undo !== 'needs_bundle') return [];
  const [sent, had] = [body, before].map((side) => certificatesIn(side) as LiveCertificate[]) as [
    LiveCertificate[],
    LiveCertificate[],
  ];
  return pack === undefined ? had : had.filter((one) => !sent.some((other) => isSame(one, other)));
}

/** One field that an edit changed, with both values; undefined where nothing was set. */
interface Changed {
  path: string;
  was: Json | undefined;
  left: Json | undefined;
}

/** Of metadata and settings the API takes the whole: what a body leaves out there, it removes. */
function changesOf({ body, before }: Made): Changed[] {
  const both = (left: Json | undefined, was: Json | undefined, prefix: string, isWhole: boolean): Changed[] => {
    const [now, old] = [objectOf(left), objectOf(was)];
    const names = isWhole ? new Set([...Object.keys(old), ...Object.keys(now)]) : Object.keys(now);
    return [...names].map((name) => ({ path: `${prefix}${name}`, was: old[name], left: now[name] }));
  };
  const { custom_metadata, ssl, ...members } = body;
  const { settings, ...config } = objectOf(ssl);
  const oldSsl = objectOf(before.ssl);
  return [
    ...(custom_metadata === undefined ? [] : both(custom_metadata, before.custom_metadata, 'custom_metadata.', true)),
    ...both(members, before, '', false),
    ...both(config, oldSsl, 'ssl.', false),
    ...(ssl === undefined ? [] : both(settings, oldSsl.settings, 'ssl.settings.', true)),
  ].filter(({ was, left }) => !same(was, left));
}

/**
 * The change that takes an edit back, or in a few words why there is none. Uploaded certificates that it has replaced are for the
 * caller to put beside it as `ssl.bundle`.
 */
export function inverseOf(made: Made): { change: Change } | { why: string } {
  const brings = certificatesIn(made.body).length > 0;
  if (made.body.ssl !== undefined && made.before.ssl === null) return { why: 'it had no certificate before' };
  if (made.body.ssl !== undefined && made.undo === 'not_reversible')
    return { why: 'answers did not tell which certificate it replaced, so that it takes a row that names the files' };
  const metadata: Record<string, Json> = {};
  const origins: JsonObject = {};
  const ssl: JsonObject = {};
  const settings: JsonObject = {};
  for (const { path, was } of changesOf(made).filter(({ path }) => path !== CERTIFICATES_PATH)) {
    const name = path.slice(path.lastIndexOf('.') + 1);
    if (path.startsWith('custom_metadata.')) metadata[path.slice('custom_metadata.'.length)] = was ?? null;
    else if (path.startsWith('ssl.settings.')) settings[name] = was ?? null;
    else if (!path.startsWith('ssl.')) origins[path] = was === '' ? null : (was ?? null);
    else {
      const value = was ?? DEFAULTS[path];
      if (value === undefined) return { why: `${path} was not set before, and cannot be taken out again` };
      if (path === AUTHORITY_PATH && !(CERTIFICATE_AUTHORITIES as readonly Json[]).includes(value)) {
        return { why: `its certificate was of ${JSON.stringify(value)}, which no longer issues` };
      }
      ssl[name] = value;
    }
  }
  if (made.undo === 'needs_bundle') delete ssl.certificate_authority;
  else if (brings) {
    // Both together ask for a managed certificate.
    const { method, certificate_authority = '' } = objectOf(made.before.ssl);
    if (method === undefined) return { why: 'it had no validation method before' };
    Object.assign(ssl, { method, certificate_authority });
  }
  const isSsl = Object.keys(ssl).length + Object.keys(settings).length > 0;
  const whole = { ...ssl, ...(Object.keys(settings).length > 0 ? { settings } : {}) } as SslChange;
  return {
    change: {
      ...(Object.keys(metadata).length > 0 ? { custom_metadata: metadata } : {}),
      ...origins,
      ...(isSsl ? { ssl: whole } : {}),
    },
  };
}

/** What stands for a member that answers did not show. */
const DEFAULTS: Readonly<Record<string, Json>> = {
  [AUTHORITY_PATH]: '',
  'ssl.wildcard': false,
  'ssl.cloudflare_branding': false,
};

/** Answers never show it. */
const UNTELLING = 'ssl.cloudflare_branding';

/**
 * The fields that hold neither what an edit left nor what it found: somebody has changed them since. `now` is what the
 * members that are to be changed back hold; those it does not have are as they were.
 */
export function changedSince(made: Made, now: JsonObject): string[] {
  return changesOf(made).flatMap(({ path, was, left }) => {
    const [member = ''] = path.split('.');
    if (!(member in now) || path === UNTELLING || (path === AUTHORITY_PATH && left === '')) return [];
    const is = valueAt(now, path);
    if (path === CERTIFICATES_PATH)
      return [left, was].every((one) => compareCertificates(is, one) === 'other') ? [path] : [];
    return same(is, left) || same(is, was) ? [] : [path];
  });
}

/** A metadata key may hold dots. */
function valueAt(object: JsonObject, path: string): Json | undefined {
  if (path.startsWith('custom_metadata.'))
    return objectOf(object.custom_metadata)[path.slice('custom_metadata.'.length)];
  return path.split('.').reduce<Json | undefined>((value, key) => objectOf(value)[key], object);
}

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
