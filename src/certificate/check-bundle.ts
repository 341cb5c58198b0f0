import { createHash } from 'node:crypto';
import type { CertificateCode } from '../codes/certificate-codes.ts';
import type { Bundle, BundleRef, CertificatePair } from './bundle.ts';
import type { CertificateProblem } from './problem.ts';

/** Characters of an id: no two bundles of a batch share 96 bits of a digest. */
const ID_CHARS = 24;

const wrong = (code: CertificateCode, message: string): CertificateProblem => ({
  code,
  severity: 'error',
  part: 'bundle',
  message,
});

/** Checks the pairs of a bundle against each other: one pair, or one RSA and one ECDSA. `ref` is how rows speak of it. */
export function checkBundle(
  name: string,
  pairs: readonly CertificatePair[],
): { bundle?: Bundle; ref?: BundleRef; problems: CertificateProblem[] } {
  const [first, second, third] = pairs;
  if (first === undefined || third !== undefined) {
    const message = `A bundle has one pair, or one RSA and one ECDSA pair; this one has ${pairs.length}.`;
    return { problems: [wrong('CERTIFICATE_BUNDLE_SIZE', message)] };
  }
  if (second === undefined) return { bundle: { pairs: [first] }, ref: refOf(name, [first]), problems: [] };
  if (first.facts.key_type === second.facts.key_type) {
    const message = `Both certificates are ${first.facts.key_type.toUpperCase()}; a bundle of two has one RSA and one ECDSA.`;
    return { problems: [wrong('CERTIFICATE_BUNDLE_TYPES', message)] };
  }
  if (first.csr_id !== undefined || second.csr_id !== undefined) {
    const message = 'A bundle of two needs both keys: the API takes a CSR for a single certificate only.';
    return { problems: [wrong('CERTIFICATE_BUNDLE_CSR', message)] };
  }
  const problems: CertificateProblem[] = [];
  const unlike = differing(first, second);
  if (unlike.length > 0) {
    const message = `${unlike.slice(0, 3).join(', ')}${unlike.length > 3 ? ', …' : ''} is in one of the two certificates only; clients that are given the other will refuse it.`;
    problems.push({ code: 'CERTIFICATE_BUNDLE_NAMES', severity: 'warning', part: 'bundle', message });
  }
  return { bundle: { pairs: [first, second] }, ref: refOf(name, [first, second]), problems };
}

function differing({ facts: a }: CertificatePair, { facts: b }: CertificatePair): string[] {
  return [...a.hosts.filter((host) => !b.hosts.includes(host)), ...b.hosts.filter((host) => !a.hosts.includes(host))];
}

function refOf(name: string, pairs: readonly CertificatePair[]): BundleRef {
  const digest = createHash('sha256');
  // A certificate has the public half of its key, so that the same certificates mean the same keys.
  for (const { certificate, csr_id = '' } of pairs) digest.update(`${certificate}\n${csr_id}\n`);
  return { id: digest.digest('hex').slice(0, ID_CHARS), name, certificates: pairs.map(({ facts }) => facts) };
}
