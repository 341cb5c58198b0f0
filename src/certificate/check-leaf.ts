import type { CertificateCode } from '../codes/certificate-codes.ts';
import { DAY } from '../terms.ts';
import { overlong } from './calendar.ts';
import type { CheckOptions } from './check-options.ts';
import type { CertificateProblem } from './problem.ts';
import { isSelfSigned, namePart, type ReadCertificate } from './read-certificate.ts';

/** Signatures that Cloudflare's page on custom hostnames lists, but SHA-1, which no browser takes; others answer 1447. */
const LISTED_SIGNATURES = new Set(['SHA256WithRSA', 'ECDSAWithSHA256']);
/** Signatures that its pages on uploads count as SHA-2, and the page on custom hostnames does not list. */
const UNSURE_SIGNATURES = new Set(['SHA384WithRSA', 'SHA512WithRSA', 'ECDSAWithSHA384', 'ECDSAWithSHA512']);
/** Least bits of an RSA key, those that Cloudflare's pages name, and the curves that it serves. */
const LEAST_RSA_BITS = 2_048;
const NAMED_RSA_BITS = [2_048, 4_096];
const CURVES = new Set(['prime256v1', 'secp384r1']);
/** Uploads to a zone are refused with less life left (1206, observed); of custom hostnames nobody knows better. */
const LEAST_DAYS = 14;
/** Extended key usage of TLS servers (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** What makes a certificate one for logs alone (RFC 6962, section 3.1). */
const POISON = '1.3.6.1.4.1.11129.2.4.3';
/** Extensions that a client which checks certificates knows (RFC 5280, section 4.2; RFC 7633; RFC 6962). */
const KNOWN_EXTENSIONS = new Set([
  ...[14, 15, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54].map((arc) => `2.5.29.${arc}`),
  ...['1.3.6.1.5.5.7.1.1', '1.3.6.1.5.5.7.1.24', '1.3.6.1.4.1.11129.2.4.2', POISON],
]);

type Found = [code: CertificateCode, message: string] | undefined;
type Check = (leaf: ReadCertificate, options: CheckOptions) => Found;
const daysLeft = ({ x509 }: ReadCertificate, now: number): number => Math.floor((Date.parse(x509.validTo) - now) / DAY);
const isShort: Check = (leaf, { now }) => {
  const left = daysLeft(leaf, now);
  if (left < 0 || left >= LEAST_DAYS) return undefined;
  const message = `The certificate expires on ${day(leaf.x509.validTo)}, in ${left} days; the API takes none with fewer than ${LEAST_DAYS}. Renew it, or say --allow-short.`;
  return ['CERTIFICATE_TOO_SHORT', message];
};

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
  (leaf, options) => (options.allowShort === true ? undefined : isShort(leaf, options)),
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
  ({ keyType, curve, explicitCurve }) =>
    keyType === 'ec' && (explicitCurve || !CURVES.has(curve ?? ''))
      ? [
          'CERTIFICATE_CURVE',
          explicitCurve
            ? 'The key has the parameters of its curve written out, which no browser takes; make one on P-256 by name.'
            : `The key is on the curve ${curve ?? 'of no name'}; use P-256 or P-384.`,
        ]
      : undefined,
  ({ signature }) =>
    LISTED_SIGNATURES.has(signature) || UNSURE_SIGNATURES.has(signature) || signature.includes('SHA1')
      ? undefined
      : [
          'CERTIFICATE_SIGNATURE',
          `The certificate is signed with ${signature}; the API takes ${[...LISTED_SIGNATURES].join(', ')}.`,
        ],
  ({ signature }) =>
    signature.includes('SHA1')
      ? ['CERTIFICATE_SHA1', 'The certificate is signed with SHA-1, which no browser takes; have it issued again.']
      : undefined,
  ({ serial }) =>
    serial < 0n
      ? [
          'CERTIFICATE_SERIAL',
          'The serial number is negative, which RFC 5280 forbids and many readers refuse; have it issued again.',
        ]
      : undefined,
  ({ extensions }) =>
    extensions.some(({ id }) => id === POISON)
      ? [
          'CERTIFICATE_PRECERTIFICATE',
          'This is a precertificate, as logs have it, which no client takes; use the certificate that was issued.',
        ]
      : undefined,
  ({ extensions }) => {
    const unknown = extensions.find(({ id, critical }) => critical && !KNOWN_EXTENSIONS.has(id));
    return unknown === undefined
      ? undefined
      : [
          'CERTIFICATE_CRITICAL_EXTENSION',
          `The certificate has an extension (${unknown.id}) that clients must know to take it, and do not; have it issued without.`,
        ];
  },
  ({ x509 }) =>
    /\(STAGING\)|\bFake LE\b/i.test(x509.issuer)
      ? [
          'CERTIFICATE_STAGING',
          `The certificate is of a test authority (${namePart(x509.issuer, 'CN')}); request it from the real one.`,
        ]
      : undefined,
  ({ x509 }) =>
    /CloudFlare Origin/i.test(x509.issuer)
      ? [
          'CERTIFICATE_ORIGIN_ONLY',
          'The certificate is of Cloudflare for origin servers, and no browser trusts it; use one of a public authority.',
        ]
      : undefined,
];

const WARNINGS: Check[] = [
  (leaf, options) => (options.allowShort === true ? isShort(leaf, options) : undefined),
  (leaf, { now, minDays }) => {
    const left = daysLeft(leaf, now);
    return left >= LEAST_DAYS && left < minDays
      ? [
          'CERTIFICATE_EXPIRES_SOON',
          `The certificate expires on ${day(leaf.x509.validTo)}, in ${left} days; fewer than ${minDays}.`,
        ]
      : undefined;
  },
  ({ x509 }) => {
    const rule = overlong(Date.parse(x509.validFrom), Date.parse(x509.validTo));
    return rule === undefined
      ? undefined
      : [
          'CERTIFICATE_OVERLONG',
          `The certificate was issued on ${day(x509.validFrom)} for more than ${rule.rule.days} days, the most that was allowed then; some browsers refuse it.`,
        ];
  },
  ({ signature }) =>
    UNSURE_SIGNATURES.has(signature)
      ? [
          'CERTIFICATE_SIGNATURE_UNSURE',
          `The certificate is signed with ${signature}. Cloudflare's page on custom hostnames does not list that, others do; the first edits will show.`,
        ]
      : undefined,
  ({ keyType, keySize }) =>
    keyType === 'rsa' && keySize > LEAST_RSA_BITS && !NAMED_RSA_BITS.includes(keySize)
      ? [
          'CERTIFICATE_KEY_SIZE',
          `The RSA key has ${keySize} bits; Cloudflare's pages name 2048 and 4096. The first edits will show.`,
        ]
      : undefined,
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
