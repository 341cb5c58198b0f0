import type { Json, JsonObject } from '../terms.ts';
import { isObject } from './check-ssl.ts';
import type { Knobs } from './knobs.ts';
import { type StoredHostname, type StoredSsl, sharedSettings } from './stored-hostname.ts';
import type { UploadedCertificate } from './uploaded-certificate.ts';
import { tokensStale } from './validation-records.ts';
import type { WireSettings } from './wire-hostname.ts';

/** What the API chooses where no certificate authority is named. */
const DEFAULT_AUTHORITY = 'google';

/** The members of an ssl configuration that a PATCH sets. */
export type SslConfiguration = Pick<
  StoredSsl,
  'method' | 'certificateAuthority' | 'bundleMethod' | 'wildcard' | 'settings'
>;

const stated = <T extends Json>(value: Json | undefined, otherwise: T): T =>
  typeof value === typeof otherwise ? (value as T) : otherwise;

/** The configuration an `ssl` object asks for, laid over the stored one as the knobs say. */
export function askedConfiguration(
  ssl: JsonObject,
  stored: SslConfiguration | undefined,
  knobs: Knobs,
): SslConfiguration {
  const kept = knobs.ssl_omitted === 'keep' ? stored : undefined;
  const settings = isObject(ssl.settings) ? (ssl.settings as WireSettings) : {};
  return {
    method: stated(ssl.method, stored?.method ?? 'http'),
    certificateAuthority:
      ssl.certificate_authority === undefined
        ? (stored?.certificateAuthority ?? DEFAULT_AUTHORITY)
        : stated(ssl.certificate_authority, stored?.certificateAuthority ?? '') || DEFAULT_AUTHORITY,
    bundleMethod: stated(ssl.bundle_method, kept?.bundleMethod ?? 'ubiquitous'),
    wildcard: stated(ssl.wildcard, kept?.wildcard ?? false),
    settings: sharedSettings(knobs.settings_omitted === 'keep' ? { ...stored?.settings, ...settings } : settings),
  };
}

function sameSettings(left: WireSettings, right: WireSettings): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]) as Set<keyof WireSettings>;
  return [...names].every((name) => JSON.stringify(left[name]) === JSON.stringify(right[name]));
}

/** Whether two configurations ask for the same. */
export function sameConfiguration(left: SslConfiguration, right: SslConfiguration): boolean {
  return (
    left.method === right.method &&
    left.certificateAuthority === right.certificateAuthority &&
    left.bundleMethod === right.bundleMethod &&
    left.wildcard === right.wildcard &&
    sameSettings(left.settings, right.settings)
  );
}

/** What a configuration had set that the new one no longer has: what an incomplete `ssl` object resets. */
export function lostSettings(before: SslConfiguration, after: SslConfiguration): string[] {
  const lost = Object.keys(before.settings).filter((name) => !(name in after.settings));
  return lost.map((name) => `ssl.settings.${name}`);
}

/** A new certificate order: no tokens yet, while the certificate of the last one goes on being served. */
function order(ssl: StoredSsl, now: number): void {
  ssl.status = 'initializing';
  ssl.since = now;
  ssl.order += 1;
  ssl.uploaded = undefined;
}

/** The first order of a hostname that had no certificate. */
const firstOrder = (configuration: SslConfiguration, now: number): StoredSsl => ({
  method: configuration.method,
  certificateAuthority: configuration.certificateAuthority,
  bundleMethod: configuration.bundleMethod,
  wildcard: configuration.wildcard,
  settings: configuration.settings,
  status: 'initializing',
  since: now,
  order: 0,
  tokensAt: now,
  served: -1,
  uploaded: undefined,
  loadedRecords: undefined,
});

/** Checks again now: a stale order is replaced, a live one keeps its tokens unless the knob says otherwise. */
function recheck(record: StoredHostname, ssl: StoredSsl, now: number, knobs: Knobs): void {
  if (ssl.status === 'active') {
    if (knobs.equal_ssl_on_active === 'reissue') order(ssl, now);
    return;
  }
  const live = ssl.status === 'pending_validation' && !tokensStale(record, ssl, now);
  if (live && knobs.rotate_tokens === 'when_stale') ssl.since = now;
  else if (ssl.status !== 'pending_issuance' && ssl.status !== 'pending_deployment') order(ssl, now);
}

/** Puts an uploaded certificate in the place of whatever was ordered: it only has to be deployed. */
function upload(ssl: StoredSsl, uploaded: UploadedCertificate, now: number): void {
  ssl.order += 1;
  ssl.uploaded = uploaded;
  ssl.status = 'pending_deployment';
  ssl.since = now;
}

/**
 * Applies a checked `ssl` object to a hostname advanced to `now`. `uploaded` is the certificate it carries.
 *
 * uploaded certificate     deployed
 * equal to the stored one  checked again
 * anything else            validated again, the served certificate staying until then; it ends an uploaded one
 */
export function editSsl(
  record: StoredHostname,
  configuration: SslConfiguration,
  uploaded: UploadedCertificate | undefined,
  now: number,
  knobs: Knobs,
): void {
  const { ssl } = record;
  if (ssl === undefined) {
    record.ssl = firstOrder(configuration, now);
    if (uploaded !== undefined) upload(record.ssl, uploaded, now);
    return;
  }
  const ignored = knobs.method_on_active === 'ignore' && ssl.status === 'active' && uploaded === undefined;
  const asked = ignored ? { ...configuration, method: ssl.method } : configuration;
  const same = sameConfiguration(ssl, asked) && ssl.uploaded === undefined;
  Object.assign(ssl, asked);
  if (uploaded !== undefined) upload(ssl, uploaded, now);
  else if (same) recheck(record, ssl, now, knobs);
  else order(ssl, now);
}
