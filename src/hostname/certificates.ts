import type { BundleRef } from '../certificate/bundle.ts';
import type { Json, JsonObject } from '../terms.ts';
import type { LiveCertificate, LiveHostname, LiveSsl } from './live.ts';

/**
 * Where a body names the certificates that it brings, and live state those that are served: in the body they stand for
 * PEM and keys, which take their place only in the call itself.
 */
export const CERTIFICATES_PATH = 'ssl.certificates';

/** The certificates that the API shows of a hostname; one, where it does not list them. */
export function liveCertificates(ssl: LiveSsl): LiveCertificate[] {
  if (ssl.certificates !== undefined && ssl.certificates.length > 0) return ssl.certificates;
  const { issuer, serial_number, expires_on, signature } = ssl;
  if (serial_number === undefined) return [];
  return [
    {
      serial_number,
      ...(issuer === undefined ? {} : { issuer }),
      ...(expires_on === undefined ? {} : { expires_on }),
      ...(signature === undefined ? {} : { signature }),
    },
  ];
}

/** Serial numbers of the certificates that the API shows of a hostname. */
export const serialsOf = ({ ssl }: LiveHostname): string[] =>
  (ssl === undefined ? [] : liveCertificates(ssl)).flatMap(({ serial_number }) => serial_number ?? []);

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
 * is wanted is shown, as the API may list one of two only.
 */
export function compareCertificates(shown: Json | undefined, wanted: Json | undefined): 'same' | 'partly' | 'other' {
  const [live, asked] = [listOf(shown), listOf(wanted)];
  if (live.length === 0 || !live.every((one) => asked.some((other) => isSame(one, other)))) return 'other';
  return asked.every((one) => live.some((other) => isSame(one, other))) ? 'same' : 'partly';
}

/**
 * By fingerprint where both sides have one; else by serial number, and expiry where both have it. The issuer is left out:
 * the API writes it in other words than the certificate does.
 */
export function isSame(a: LiveCertificate, b: LiveCertificate): boolean {
  if (a.fingerprint_sha256 !== undefined && b.fingerprint_sha256 !== undefined) {
    return a.fingerprint_sha256 === b.fingerprint_sha256;
  }
  if (a.serial_number === undefined || bare(a.serial_number) !== bare(b.serial_number ?? '')) return false;
  const [one, other] = [Date.parse(a.expires_on ?? ''), Date.parse(b.expires_on ?? '')];
  return Number.isNaN(one) || Number.isNaN(other) || one === other;
}

const bare = (serial: string): string => serial.replace(/^0+(?=\d)/, '');

const listOf = (value: Json | undefined): LiveCertificate[] => (Array.isArray(value) ? (value as JsonObject[]) : []);
