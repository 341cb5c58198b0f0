import type { BundleRef } from '../certificate/bundle.ts';
import type { Json, JsonObject, Settlement } from '../terms.ts';
import type { LiveCertificate, LiveHostname, LiveSsl } from './live.ts';
import { settlementOf } from './settlement.ts';

/**
 * Where a body names the certificates that it brings, and live state those that are served: in the body they stand for
 * PEM and keys, which take their place only in the call itself.
 */
export const CERTIFICATES_PATH = 'ssl.certificates';

/** The certificates that the API shows of a hostname; one, where it does not list them. */
export function liveCertificates(ssl: LiveSsl): LiveCertificate[] {
  if (ssl.certificates !== undefined && ssl.certificates.length > 0) return ssl.certificates;
  const { issuer, serial_number, expires_on, signature } = ssl;
  if (serial_number === undefined && (ssl.uploaded !== true || expires_on === undefined)) return [];
  return [
    {
      ...(serial_number === undefined ? {} : { serial_number }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(expires_on === undefined ? {} : { expires_on }),
      ...(signature === undefined ? {} : { signature }),
    },
  ];
}

/** The same, as a body has them. */
export const shownCertificates = (ssl: LiveSsl): JsonObject[] => liveCertificates(ssl).map((one) => ({ ...one }));

/** Serial numbers of the certificates that the API shows of a hostname. */
export const serialsOf = ({ ssl }: LiveHostname): string[] =>
  (ssl === undefined ? [] : liveCertificates(ssl)).flatMap(({ serial_number }) => serial_number ?? []);

/** The certificates that a body brings, or that it would replace. */
export function certificatesIn(body: JsonObject | undefined): JsonObject[] {
  const { certificates } = (body?.ssl ?? {}) as JsonObject;
  return Array.isArray(certificates) ? (certificates as JsonObject[]) : [];
}

/** What a body says of the certificates of a bundle. */
export const bundleCertificates = ({ certificates }: BundleRef): JsonObject[] =>
  certificates.map(({ issuer, serial_number, fingerprint_sha256, expires_on, key_type, key_size, signature }) => ({
    issuer,
    serial_number,
    fingerprint_sha256,
    expires_on,
    key_type,
    key_size,
    signature,
  }));

/**
 * How the certificates that are shown compare with those wanted. `partly`: all that is shown is wanted, but not all that
 * is wanted is shown, as the API may list one of two only. `unknown`: what is shown, if anything, tells neither.
 */
export function compareCertificates(
  shown: Json | undefined,
  wanted: Json | undefined,
): 'same' | 'partly' | 'other' | 'unknown' {
  const [live, asked] = [listOf(shown), listOf(wanted)];
  if (live.some((one) => asked.every((other) => sameness(one, other) === false))) return 'other';
  if (live.length === 0 || !live.every((one) => asked.some((other) => isSame(one, other)))) return 'unknown';
  return asked.every((one) => live.some((other) => isSame(one, other))) ? 'same' : 'partly';
}

/** Whether two are known to be one and the same certificate. */
export const isSame = (a: LiveCertificate, b: LiveCertificate): boolean => sameness(a, b) === true;

/**
 * By fingerprint where both sides have one; else by serial number, and expiry where both have it. An expiry alone tells
 * only that two differ: authorities reissue a certificate with the end of the old one. The issuer is left out: the API
 * writes it in other words than the certificate does.
 */
function sameness(a: LiveCertificate, b: LiveCertificate): boolean | undefined {
  if (a.fingerprint_sha256 !== undefined && b.fingerprint_sha256 !== undefined) {
    return a.fingerprint_sha256 === b.fingerprint_sha256;
  }
  const [one, other] = [Date.parse(a.expires_on ?? ''), Date.parse(b.expires_on ?? '')];
  if (!Number.isNaN(one) && !Number.isNaN(other) && one !== other) return false;
  if (a.serial_number === undefined || b.serial_number === undefined) return undefined;
  return bare(a.serial_number) === bare(b.serial_number);
}

/**
 * What the API says a hostname serves, of the certificates that a row brought: these, others, or nothing that tells. Others
 * are not told from an edit that is still on its way: in its own answer, and until the hostname is active.
 */
export function certificateVerdict(live: LiveHostname, body: JsonObject, inAnswer: boolean): CertificateVerdict {
  const shown = live.ssl === undefined ? [] : shownCertificates(live.ssl);
  const found = compareCertificates(shown, certificatesIn(body));
  const isActive = settlementOf(live.status, live.ssl?.status) === 'active';
  if (!isActive || found === 'unknown') return 'not_shown';
  if (found === 'other') return inAnswer ? 'not_shown' : 'another';
  return 'new';
}

/** The same of a row that the plan skipped with `code`: sent nothing, it is served what the plan saw. */
export const verdictOfSkipped = (code: string | undefined, settlement: Settlement): CertificateVerdict =>
  code === 'ALREADY_SO' && settlement === 'active' ? 'new' : 'not_shown';

/** The three things that can be said of a row that brings certificates. */
export const CERTIFICATE_VERDICTS = ['new', 'another', 'not_shown'] as const;
export type CertificateVerdict = (typeof CERTIFICATE_VERDICTS)[number];

const bare = (serial: string): string => serial.replace(/^0+(?=\d)/, '');

const listOf = (value: Json | undefined): LiveCertificate[] => (Array.isArray(value) ? (value as JsonObject[]) : []);
