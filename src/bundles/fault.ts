import type { CertificateCode } from '../codes/certificate-codes.ts';
/** Something wrong with a bundle or its sources, with the place (a file, a command) in the message. */
export interface Fault {
  /** `CERTIFICATE_…`, see docs/certificates.md. */
  code: CertificateCode;
  /** Holds nothing of what was read. */
  message: string;
  /** Path of the manifest's field that it is about; absent for what is not in the manifest. */
  column?: string;
}
