import type { BundleRef } from '../certificate/bundle.ts';
import type { Code } from '../codes/code.ts';
import type { Decision, Effect, JsonObject } from '../terms.ts';
import { CERTIFICATES_PATH, certificatesIn } from './certificates.ts';
import { type Change, METADATA_MAX_BYTES, metadataBytes } from './change.ts';
import { AUTHORITY_PATH, changedPaths } from './compare.ts';
import { desiredBody } from './desired.ts';
import { effectsOf } from './effects.ts';
import { isDeleted, type LiveHostname, type LiveSsl } from './live.ts';
import { type PackPlace, placeInPack } from './pack.ts';
import { refuseUpload } from './refuse-upload.ts';
import { storedConfig, storedSsl } from './stored-config.ts';

/** What the plan does with one row, and why. `before` holds what the members of `body` held. */
export type RowDecision =
  | {
      decision: Extract<Decision, 'edit' | 'recheck'>;
      body: JsonObject;
      before: JsonObject;
      effects: Effect[];
      /** Where the call goes to one certificate of a pack, and not to the hostname. */
      pack?: PackPlace;
    }
  | { decision: Extract<Decision, 'skip' | 'reject'>; code: Code; message: string };

export interface DecideOptions {
  /** The change came from CSV, where every value is text. */
  untyped: boolean;
  /** The same hostname is live in another zone that the snapshot covers. */
  existsElsewhere: boolean;
  /** A bundle takes the place of the one certificate of its key type in a pack of two. */
  inPack?: boolean;
  /** That the row's bundle is for the hostname is known from an earlier decision; its names are not at hand. */
  isCovered?: boolean;
  /** The row's bundle was the last that the hostname was sent, as earlier batches tell. */
  wasSent?: boolean;
  /** A wildcard hostname may be given a certificate for the name alone. */
  allowNarrower?: boolean;
  /** Whether the zone may choose certificate authorities; absent where nobody knows. */
  choosesAuthority?: boolean | undefined;
}

/** Decides one row against the hostname as it is now. Pure: the same inputs give the same decision. */
export function decide(change: Change, live: LiveHostname, options: DecideOptions): RowDecision {
  // An edit is documented to bring it back, and somebody wanted it gone: that is not for a row to undo.
  if (isDeleted(live)) return reject('HOSTNAME_NOT_FOUND', `${live.hostname} is deleted (status ${live.status}).`);
  if (change.recheck === true) return decideRecheck(live, options);
  const { ssl } = change;
  if (ssl?.bundle === undefined) return decideEdit(change, live, options);
  const refusal = options.isCovered === true ? undefined : refuseUpload(ssl.bundle, change, live, options);
  if (refusal !== undefined) return reject(refusal.code, refusal.message);
  return options.inPack === true ? decideInPack(ssl.bundle, change, live, options) : decideEdit(change, live, options);
}

function decideInPack(bundle: BundleRef, change: Change, live: LiveHostname, options: DecideOptions): RowDecision {
  const found = placeInPack(bundle, live);
  if ('code' in found) return reject(found.code, found.message);
  const decided = decideEdit(change, live, options, found.certificates);
  if (decided.decision !== 'edit') return decided;
  // This call takes a certificate and its key, and nothing else.
  const { body, before, effects } = decided;
  const others = changedPaths(before, body).filter((path) => path !== CERTIFICATES_PATH);
  if (others.length > 0) {
    return reject(
      'PACK_EDIT_ONLY',
      `Inside a pack (--in-pack) only a certificate is replaced, but the row of ${live.hostname} also changes ${others.join(', ')}.`,
    );
  }
  const { certificates } = body.ssl as JsonObject;
  return { decision: 'edit', body: { ssl: { certificates: certificates ?? [] } }, before, effects, pack: found.place };
}

/**
 * What is validated again is what waits: the certificate by its stored configuration, which orders it again; the hostname by
 * an empty edit, which leaves the certificate alone. So a certificate in service is not put to the test by a recheck of its
 * hostname, and one that was uploaded is not lost to it.
 */
function decideRecheck(live: LiveHostname, options: DecideOptions): RowDecision {
  const ssl = sslToValidate(live);
  if (ssl === undefined) {
    const isActive = live.status.startsWith('active');
    if (isActive && live.ssl?.uploaded === true) return reject('UPLOADED_CERTIFICATE', uploadedMessage(live));
    if (isActive && live.ssl === undefined) {
      return reject(
        'NO_CERTIFICATE_TO_RECHECK',
        `${live.hostname} is active and has no certificate, so there is nothing to validate.`,
      );
    }
    return { decision: 'recheck', body: {}, before: {}, effects: options.existsElsewhere ? ['moves_traffic'] : [] };
  }
  const stored = storedSsl(ssl, live.hostname);
  const refusal = refuseSsl(stored, live, options);
  if (refusal !== undefined) return refusal;
  const { existsElsewhere } = options;
  const effects = effectsOf([], live, { sendsSsl: true, existsElsewhere });
  return { decision: 'recheck', body: { ssl: asSent(stored, options, false) }, before: { ssl: stored }, effects };
}

/** Statuses that an edit with `ssl` is documented to bring back; whether an empty one does, too, is not. */
const REVIVED_BY_SSL = new Set(['moved', 'blocked']);

/**
 * The certificate, where it is what a recheck is about: one that is not in service, one whose renewal is under way or
 * complained of, and one of a hostname that only an edit with `ssl` is known to bring back.
 */
function sslToValidate({ ssl, status }: LiveHostname): LiveSsl | undefined {
  if (ssl === undefined || ssl.uploaded === true) return undefined;
  const { validation_records: records = [], validation_errors: errors = [] } = ssl;
  const isDone = ssl.status === 'active' && records.length === 0 && errors.length === 0;
  return isDone && !REVIVED_BY_SSL.has(status) ? undefined : ssl;
}

/**
 * `ssl` as the call has it. Naming an authority is an entitlement: other zones refuse it (1459), also where it is the one
 * they have. So one that does not change goes along only where the zone may choose, and, where nobody knows, where the row
 * asks for it in so many words. Left out it stays as it is: everybody assumes so, nothing documents it.
 */
function asSent(ssl: JsonObject, { choosesAuthority }: DecideOptions, isNamed: boolean): JsonObject {
  const { certificate_authority: authority, ...rest } = ssl;
  return authority === undefined || (choosesAuthority ?? isNamed) ? ssl : rest;
}

/** `certificates`: what the hostname serves afterwards, if not just those of the row's bundle. */
function decideEdit(
  change: Change,
  live: LiveHostname,
  options: DecideOptions,
  certificates?: JsonObject[],
): RowDecision {
  const { untyped, existsElsewhere } = options;
  const stored = storedConfig(live);
  const wanted = desiredBody(change, live, { untyped });
  if (certificates !== undefined) wanted.ssl = { ...(wanted.ssl as JsonObject), certificates };
  const paths = [...changedPaths(stored, wanted), ...leftOut(change, stored)];
  // Its method and authority may read as asked for already, but they are not in use while the certificate is uploaded.
  const losesUpload = live.ssl?.uploaded === true && asksForManaged(change);
  const replaces = losesUpload || change.resend === true;
  if (paths.length === 0 && !replaces) {
    return {
      decision: 'skip',
      code: 'ALREADY_SO',
      message: `${live.hostname} already holds every value the row asks for.`,
    };
  }
  if (options.wasSent === true && change.resend !== true && paths.every((path) => path === CERTIFICATES_PATH)) {
    return {
      decision: 'skip',
      code: 'CERTIFICATE_SENT_BEFORE',
      message: `${live.hostname} was given these certificates by an earlier batch, and answers do not show what it serves.`,
    };
  }
  // A top-level member that already holds is not sent: above all `ssl`, which would restart validation for nothing.
  const members = Object.keys(wanted).filter(
    (key) => (key === 'ssl' && replaces) || paths.some((path) => path === key || path.startsWith(`${key}.`)),
  );
  const body = pick(wanted, members);
  const ssl = body.ssl as JsonObject | undefined;
  const refusal = refuseMetadata(body, live) ?? refuseEditedSsl(ssl, change, live, options);
  if (refusal !== undefined) return refusal;
  const changesAuthority = losesUpload || paths.includes(AUTHORITY_PATH);
  if (ssl !== undefined && !changesAuthority) {
    body.ssl = asSent(ssl, options, change.ssl?.certificate_authority !== undefined);
  }
  const effects = effectsOf(paths, live, {
    sendsSsl: body.ssl !== undefined,
    existsElsewhere,
    brings: certificatesIn(body),
    losesUpload,
  });
  return { decision: 'edit', body, before: beforeOf(pick(stored, members), change, losesUpload), effects };
}

/** Settings that the row takes out, and that are set. */
function leftOut({ ssl }: Change, stored: JsonObject): string[] {
  const { settings } = (stored.ssl ?? {}) as JsonObject;
  const set = (settings ?? {}) as JsonObject;
  const names = Object.entries(ssl?.settings ?? {}).filter(
    ([name, value]) => value === null && set[name] !== undefined,
  );
  return names.map(([name]) => `ssl.settings.${name}`);
}

/** Which certificates are served tells something only where the row brings others, or loses them. */
function beforeOf(before: JsonObject, { ssl }: Change, losesUpload: boolean): JsonObject {
  if (losesUpload || ssl?.bundle !== undefined || before.ssl === undefined || before.ssl === null) return before;
  const { certificates: _, ...config } = before.ssl as JsonObject;
  return { ...before, ssl: config };
}

function refuseMetadata(body: JsonObject, live: LiveHostname): RowDecision | undefined {
  if (body.custom_metadata === undefined) return undefined;
  const bytes = metadataBytes(body.custom_metadata as JsonObject);
  if (bytes <= METADATA_MAX_BYTES) return undefined;
  return reject(
    'METADATA_TOO_LARGE',
    `With what ${live.hostname} already has, its metadata would take ${bytes} bytes of the ${METADATA_MAX_BYTES} allowed.`,
  );
}

function refuseEditedSsl(
  ssl: JsonObject | undefined,
  change: Change,
  live: LiveHostname,
  options: DecideOptions,
): RowDecision | undefined {
  if (ssl === undefined) return undefined;
  if (live.ssl?.uploaded === true && change.ssl?.bundle === undefined && !asksForManaged(change))
    return reject('UPLOADED_CERTIFICATE', uploadedMessage(live));
  return refuseSsl(ssl, live, options);
}

/** A row that names both means to have a certificate that Cloudflare issues. */
const asksForManaged = ({ ssl }: Change): boolean =>
  ssl?.bundle === undefined && ssl?.method !== undefined && ssl.certificate_authority !== undefined;

/** Combinations the API is known to refuse, or that would leave a hostname without certificate. */
function refuseSsl(ssl: JsonObject, live: LiveHostname, { choosesAuthority }: DecideOptions): RowDecision | undefined {
  const settings = ssl.settings as JsonObject | undefined;
  const ciphers = settings?.ciphers;
  if (ssl.method === undefined) {
    return reject(
      'SSL_METHOD_MISSING',
      `${live.hostname} has no validation method yet, and the row names none (ssl.method).`,
    );
  }
  if (ssl.wildcard === true && ssl.method === 'http') {
    return reject(
      'SSL_WILDCARD_NEEDS_TXT',
      `${live.hostname} would have a wildcard certificate with method http, which cannot be validated.`,
    );
  }
  if (settings?.min_tls_version === '1.3' && Array.isArray(ciphers) && ciphers.length > 0) {
    return reject(
      'SSL_TLS13_WITH_CIPHERS',
      `${live.hostname} would have TLS 1.3 as its minimum together with chosen ciphers, which only apply below it.`,
    );
  }
  // Where the row could not name another one, Cloudflare has to choose it.
  if (ssl.certificate_authority === 'digicert' && choosesAuthority !== false) {
    return reject(
      'SSL_AUTHORITY_RETIRED',
      `${live.hostname} is on DigiCert, which no longer issues; the row must name another ssl.certificate_authority.`,
    );
  }
  return undefined;
}

const reject = (code: Code, message: string): RowDecision => ({ decision: 'reject', code, message });

const uploadedMessage = (live: LiveHostname): string =>
  `${live.hostname} serves an uploaded certificate: an ssl change without certificate and key would lose it. ` +
  'Name a bundle, or both ssl.method and ssl.certificate_authority to replace it by a managed one.';

const pick = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
