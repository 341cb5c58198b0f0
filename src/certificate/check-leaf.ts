import type { CertificateCode } from '../codes/certificate-codes.ts';
import { DAY } from '../terms.ts';
import type { CheckOptions } from './check-options.ts';
import type { CertificateProblem } from './problem.ts';
import { isSelfSigned, type ReadCertificate } from './read-certificate.ts';

/** Signatures that the API takes; others answer 1447. */
const SIGNATURES = new Set(['SHA256WithRSA', 'SHA1WithRSA', 'ECDSAWithSHA256']);
/** Least bits of an RSA key, and the curves that Cloudflare serves. */
const LEAST_RSA_BITS = 2_048;
const CURVES = new Set(['prime256v1', 'secp384r1']);
/** Extended key usage of TLS servers (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

type Check = (leaf: ReadCertificate, options: CheckOptions) => [code: CertificateCode, message: string] | undefined;

const ERRORS: Check[] = [
  (leaf) =>
    isSelfSigned(leaf)
      ? [
          'CERTIFICATE_SELF_SIGNED',
          'The certificate is signed by itself; the API takes those of public authorities alone.',
        ]
      : undefined,
  ({ x509 }, { now }) =>
    Date.parse(x509.validTo) <= now
      ? ['CERTIFICATE_EXPIRED', `The certificate expired on ${day(x509.validTo)}; renew it.`]
      : undefined,
  ({ x509 }, { now }) =>
    Date.parse(x509.validFrom) > now
      ? [
          'CERTIFICATE_NOT_YET_VALID',
          `The certificate is not valid before ${day(x509.validFrom)}; wait, or check the clock.`,
        ]
      : undefined,
  ({ hosts }) =>
    hosts.length === 0
      ? [
          'CERTIFICATE_NO_NAMES',
          'The certificate names no host (subject alternative names of type DNS); request it again with them.',
        ]
      : undefined,
  ({ keyType }) =>
    keyType !== 'rsa' && keyType !== 'ec'
      ? ['CERTIFICATE_KEY_TYPE', `The certificate has a key of type ${keyType}; the API takes RSA and ECDSA.`]
      : undefined,
  ({ keyType, keySize }) =>
    keyType === 'rsa' && keySize < LEAST_RSA_BITS
      ? ['CERTIFICATE_KEY_TOO_WEAK', `The RSA key has ${keySize} bits; at least ${LEAST_RSA_BITS} are needed.`]
      : undefined,
  ({ keyType, curve }) =>
    keyType === 'ec' && !CURVES.has(curve ?? '')
      ? ['CERTIFICATE_CURVE', `The key is on the curve ${curve ?? 'of no name'}; use P-256 or P-384.`]
      : undefined,
  ({ signature }) =>
    SIGNATURES.has(signature)
      ? undefined
      : [
          'CERTIFICATE_SIGNATURE',
          `The certificate is signed with ${signature}; the API takes ${[...SIGNATURES].join(', ')}.`,
        ],
];

const WARNINGS: Check[] = [
  ({ x509 }, { now, minDays }) => {
    const left = Math.floor((Date.parse(x509.validTo) - now) / DAY);
    return left >= 0 && left < minDays
      ? [
          'CERTIFICATE_EXPIRES_SOON',
          `The certificate expires on ${day(x509.validTo)}, in ${left} days; fewer than ${minDays}.`,
        ]
      : undefined;
  },
  ({ x509 }) =>
    x509.keyUsage !== undefined && !x509.keyUsage.includes(SERVER_AUTH)
      ? ['CERTIFICATE_NOT_FOR_SERVERS', 'The certificate is not meant for TLS servers (extended key usage serverAuth).']
      : undefined,
];

/** Everything that a leaf certificate can have wrong by itself. */
export function checkLeaf(leaf: ReadCertificate, options: CheckOptions): CertificateProblem[] {
  const found = (checks: Check[], severity: CertificateProblem['severity']) =>
    checks.flatMap((check) => {
      const [code, message] = check(leaf, options) ?? [];
      return code === undefined || message === undefined
        ? []
        : [{ code, severity, part: 'certificate' as const, message }];
    });
  return [...found(ERRORS, 'error'), ...found(WARNINGS, 'warning')];
}

const day = (text: string): string => new Date(text).toISOString().slice(0, 10);
