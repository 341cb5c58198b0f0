import type { CertificateCode } from '../codes/certificate-codes.ts';
import type { BundleMethod } from './check-options.ts';
import type { CertificateProblem } from './problem.ts';
import { isIssuedBy, isSelfSigned, type ReadCertificate } from './read-certificate.ts';

const warning = (code: CertificateCode, message: string): CertificateProblem => ({
  code,
  severity: 'warning',
  part: 'certificate',
  message,
});

/** Looks at what stands behind the leaf, each certificate to be issued by the next. */
export function checkChain(chain: readonly ReadCertificate[], method: BundleMethod): CertificateProblem[] {
  const isBroken = chain.some((each, at) => {
    const next = chain[at + 1];
    return next !== undefined && !isIssuedBy(each, next);
  });
  if (isBroken) {
    const message =
      'The certificates behind the leaf are not in order, or do not belong to it: each must have issued the one before it.';
    return [warning('CERTIFICATE_CHAIN_ORDER', message)];
  }
  const [leaf, ...rest] = chain;
  if (method === 'force' && leaf !== undefined && rest.length === 0 && !isSelfSigned(leaf)) {
    const message =
      'With bundle_method force the chain is served as it is given: add the intermediate certificates behind the leaf.';
    return [warning('CERTIFICATE_CHAIN_INCOMPLETE', message)];
  }
  return [];
}
