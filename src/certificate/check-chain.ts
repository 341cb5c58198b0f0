import type { CertificateCode } from '../codes/certificate-codes.ts';
import { distrusted } from './calendar.ts';
import type { CheckOptions } from './check-options.ts';
import type { CertificateProblem } from './problem.ts';
import { isIssuedBy, isSelfSigned, namePart, type ReadCertificate } from './read-certificate.ts';

const found = (
  severity: CertificateProblem['severity'],
  code: CertificateCode,
  message: string,
): CertificateProblem => ({
  code,
  severity,
  part: 'certificate',
  message,
});

/**
 * Looks at what stands behind the leaf, each certificate to be issued by the next, the last one by a root. `served` is what
 * of the chain is worth sending: all but a root, which clients have themselves.
 */
export function checkChain(
  chain: readonly ReadCertificate[],
  { now, roots, bundleMethod = 'ubiquitous' }: CheckOptions,
): { served: readonly ReadCertificate[]; problems: CertificateProblem[] } {
  const [leaf, ...rest] = chain;
  if (leaf === undefined) return { served: chain, problems: [] };
  const isForced = bundleMethod === 'force';
  const isBroken = chain.some((each, at) => {
    const next = chain[at + 1];
    return next !== undefined && !isIssuedBy(each, next);
  });
  if (isBroken) {
    const message =
      'The certificates behind the leaf are not in order, or do not belong to it: each must have issued the one before it.';
    return { served: chain, problems: [found('warning', 'CERTIFICATE_CHAIN_ORDER', message)] };
  }
  const problems: CertificateProblem[] = [];
  if (isForced && rest.length === 0 && !isSelfSigned(leaf)) {
    const message =
      'With bundle_method force the chain is served as it is given: add the intermediate certificates behind the leaf.';
    problems.push(found('warning', 'CERTIFICATE_CHAIN_INCOMPLETE', message));
  }
  const end = rest.at(-1);
  const root = end !== undefined && isSelfSigned(end) ? end : undefined;
  for (const each of rest.filter((one) => one !== root)) {
    const name = nameOf(each);
    if (Date.parse(each.x509.validTo) <= now) {
      const message = `The intermediate ${name} expired on ${each.x509.validTo}; take the chain that the authority now gives.`;
      problems.push(found(isForced ? 'error' : 'warning', 'CERTIFICATE_INTERMEDIATE_EXPIRED', message));
    }
    const unlike = leaf.hosts.find((host) => !mayIssueFor(each, host));
    if (unlike !== undefined) {
      const message = `The intermediate ${name} may not issue for ${unlike} (name constraints), so that browsers refuse the whole certificate; have it issued by another.`;
      problems.push(found('error', 'CERTIFICATE_NAME_CONSTRAINTS', message));
    }
    if (each.signature.includes('SHA1')) {
      const message = `The intermediate ${name} is signed with SHA-1, which no browser takes; take the chain that the authority now gives.`;
      problems.push(found(isForced ? 'error' : 'warning', 'CERTIFICATE_SHA1', message));
    }
  }
  if (roots !== undefined && end !== undefined) {
    // Behind a cross-signed root there is another one; clients go the way that they trust, wherever it leaves the file.
    const ends = rest.flatMap((each, at) => {
      const trust = roots.rootOf(each);
      if (trust === undefined) return [];
      return [trust.kind === 'public' ? distrust(chain.slice(0, at + 2), nameOf(trust), now) : []];
    });
    if (ends.length === 0) problems.push(untrusted(end, root !== undefined));
    else if (ends.every((doubts) => doubts.length > 0)) problems.push(...(ends[0] ?? []));
  }
  if (root === undefined) return { served: chain, problems };
  const message = `The root ${nameOf(root)} is in the file, too; it is left out of what is sent, as clients have it.`;
  problems.push(found('warning', 'CERTIFICATE_ROOT_INCLUDED', message));
  return { served: chain.slice(0, -1), problems };
}

const nameOf = ({ x509 }: Pick<ReadCertificate, 'x509'>): string =>
  namePart(x509.subject, 'CN') ?? namePart(x509.subject, 'O') ?? 'of no name';

/** Whether an authority may issue for a name: each constraint stands for its name and all below it (RFC 5280, section 4.2.1.10). */
function mayIssueFor({ constraints: { permitted, excluded } }: ReadCertificate, host: string): boolean {
  const isIn = (constraint: string) =>
    `.${host}`.endsWith(constraint === '' ? '' : `.${constraint.replace(/^\./, '')}`);
  return !excluded.some(isIn) && (permitted.length === 0 || permitted.some(isIn));
}

/** A root that is shown is known to be none of browsers'; one that is not shown may be newer than this program. */
function untrusted(end: ReadCertificate, isShown: boolean): CertificateProblem {
  const by = isShown ? nameOf(end) : (namePart(end.x509.issuer, 'CN') ?? end.x509.issuer);
  if (!isShown) {
    const message = `The chain leads to ${by}, which is none of the roots that are known here; see that it is a public one, or name it with --trust.`;
    return found('warning', 'CERTIFICATE_ROOT_UNKNOWN', message);
  }
  const message = `The chain ends in ${by}, which is no public root, and the API takes those of public authorities alone; if it is one, name its file with --trust.`;
  return found('error', 'CERTIFICATE_UNTRUSTED', message);
}

function distrust(chain: readonly ReadCertificate[], root: string, now: number): CertificateProblem[] {
  const [leaf] = chain;
  const issuers = [...chain.map(({ x509 }) => namePart(x509.issuer, 'CN') ?? ''), root];
  const rule = leaf === undefined ? undefined : distrusted(issuers, Date.parse(leaf.x509.validFrom), now);
  return rule === undefined ? [] : [found('warning', 'CERTIFICATE_DISTRUSTED', rule.says)];
}
