import type { CertificateFacts } from './bundle.ts';

/**
 * Whether a certificate for `hosts` is good for `hostname` (both lower-case A-labels; RFC 6125, section 6.4.3): by its very
 * name, or by a wildcard that stands for the whole first label and for that label alone. A wildcard hostname needs the same
 * wildcard in the certificate.
 */
export function coversHostname(hosts: readonly string[], hostname: string): boolean {
  if (hosts.includes(hostname)) return true;
  const dot = hostname.indexOf('.');
  // A wildcard right under a top-level domain is good for nothing that anybody could own.
  if (hostname.startsWith('*.') || dot <= 0 || !hostname.slice(dot + 1).includes('.')) return false;
  return hosts.includes(`*${hostname.slice(dot)}`);
}

/** Of the certificates of a bundle those that are not good for `hostname`: clients are given either, so both must be. */
export const notCovering = (certificates: readonly CertificateFacts[], hostname: string): CertificateFacts[] =>
  certificates.filter(({ hosts }) => !coversHostname(hosts, hostname));
