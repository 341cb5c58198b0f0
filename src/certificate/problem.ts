import type { CertificateCode } from '../codes/certificate-codes.ts';
/** Something wrong with a certificate, its key, or the two pairs of a bundle. `warning` stops nothing. */
export interface CertificateProblem {
  /** `CERTIFICATE_…`; see docs/certificates.md. */
  code: CertificateCode;
  severity: 'error' | 'warning';
  /** Which file it is about: the certificate or the key of a pair, or the pairs together. */
  part: 'certificate' | 'key' | 'bundle';
  /** A full sentence with the cure, without place and without anything of a key. */
  message: string;
}
