import type { Decision, Effect, JsonObject } from '../terms.ts';
import { type Change, METADATA_MAX_BYTES, metadataBytes } from './change.ts';
import { changedPaths } from './compare.ts';
import { desiredBody } from './desired.ts';
import { effectsOf } from './effects.ts';
import type { LiveHostname } from './live.ts';
import { storedConfig, storedSsl } from './stored-config.ts';

/** What the plan does with one row, and why. `before` holds what the members of `body` held. */
export type RowDecision =
  | { decision: Extract<Decision, 'edit' | 'recheck'>; body: JsonObject; before: JsonObject; effects: Effect[] }
  | { decision: Extract<Decision, 'skip' | 'reject'>; code: string; message: string };

export interface DecideOptions {
  /** The change came from CSV, where every value is text. */
  untyped: boolean;
  /** The same hostname is live in another zone that the snapshot covers. */
  existsElsewhere: boolean;
}

/** Decides one row against the hostname as it is now. Pure: the same inputs give the same decision. */
export function decide(change: Change, live: LiveHostname, options: DecideOptions): RowDecision {
  return change.recheck === true ? decideRecheck(live, options) : decideEdit(change, live, options);
}

function decideRecheck(live: LiveHostname, { existsElsewhere }: DecideOptions): RowDecision {
  if (live.ssl === undefined) {
    return reject('NO_CERTIFICATE_TO_RECHECK', `${live.hostname} has no certificate, so there is nothing to validate.`);
  }
  if (live.ssl.uploaded === true) return reject('UPLOADED_CERTIFICATE', uploadedMessage(live));
  const ssl = storedSsl(live.ssl, live.hostname);
  const refusal = refuseSsl(ssl, live);
  if (refusal !== undefined) return refusal;
  const effects = effectsOf([], live, { sendsSsl: true, existsElsewhere });
  return { decision: 'recheck', body: { ssl }, before: { ssl }, effects };
}

function decideEdit(change: Change, live: LiveHostname, { untyped, existsElsewhere }: DecideOptions): RowDecision {
  const stored = storedConfig(live);
  const wanted = desiredBody(change, live, { untyped });
  const paths = changedPaths(stored, wanted);
  // Its method and authority may read as asked for already, but they are not in use while the certificate is uploaded.
  const replaces = live.ssl?.uploaded === true && asksForManaged(change);
  if (paths.length === 0 && !replaces) {
    return {
      decision: 'skip',
      code: 'ALREADY_SO',
      message: `${live.hostname} already holds every value the row asks for.`,
    };
  }
  // A top-level member that already holds is not sent: above all `ssl`, which would restart validation for nothing.
  const members = Object.keys(wanted).filter(
    (key) => (key === 'ssl' && replaces) || paths.some((path) => path === key || path.startsWith(`${key}.`)),
  );
  const body = pick(wanted, members);
  const refusal = refuseMetadata(body, live) ?? refuseEditedSsl(body.ssl as JsonObject | undefined, change, live);
  if (refusal !== undefined) return refusal;
  const effects = effectsOf(paths, live, { sendsSsl: body.ssl !== undefined, existsElsewhere });
  return { decision: 'edit', body, before: pick(stored, members), effects };
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

function refuseEditedSsl(ssl: JsonObject | undefined, change: Change, live: LiveHostname): RowDecision | undefined {
  if (ssl === undefined) return undefined;
  if (live.ssl?.uploaded === true && !asksForManaged(change))
    return reject('UPLOADED_CERTIFICATE', uploadedMessage(live));
  return refuseSsl(ssl, live);
}

/** A row that names both means to have a certificate that Cloudflare issues. */
const asksForManaged = ({ ssl }: Change): boolean =>
  ssl?.method !== undefined && ssl.certificate_authority !== undefined;

/** Combinations the API is known to refuse, or that would leave a hostname without certificate. */
function refuseSsl(ssl: JsonObject, live: LiveHostname): RowDecision | undefined {
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
  if (ssl.certificate_authority === 'digicert') {
    return reject(
      'SSL_AUTHORITY_RETIRED',
      `${live.hostname} is on DigiCert, which no longer issues; the row must name another ssl.certificate_authority.`,
    );
  }
  return undefined;
}

const reject = (code: string, message: string): RowDecision => ({ decision: 'reject', code, message });

const uploadedMessage = (live: LiveHostname): string =>
  `${live.hostname} serves an uploaded certificate: an ssl change without certificate and key would lose it. ` +
  'Name both ssl.method and ssl.certificate_authority to replace it by a managed one.';

const pick = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
