/** What is public of one certificate. Goes to disk as it is, in plans and reports. */
export interface CertificateFacts {
  /** Decimal, as the API shows it. */
  serial_number: string;
  /** SHA-256 of the certificate: lower-case hex without colons. */
  fingerprint_sha256: string;
  /** Organisation of the issuer, else its common name. */
  issuer: string;
  /** ISO 8601. */
  not_before: string;
  expires_on: string;
  key_type: 'rsa' | 'ecdsa';
  /** Bits. */
  key_size: number;
  /** Algorithm of the signature on it, as the API names it: `SHA256WithRSA`, … */
  signature: string;
  /** DNS names it is for, lower case. */
  hosts: string[];
}

/** A certificate in PEM as it is to be sent, its chain behind it, with its key, or with the id of the CSR that holds the key. */
export interface CertificatePair {
  certificate: string;
  key?: string;
  csr_id?: string;
  facts: CertificateFacts;
}

/** What a hostname is given: one pair, or one RSA and one ECDSA. */
export interface Bundle {
  pairs: [CertificatePair] | [CertificatePair, CertificatePair];
}

/** How rows, plans and jobs speak of a bundle: without PEM. */
export interface BundleRef {
  /** Stable digest over its certificates and the public halves of its keys; letters and digits alone. */
  id: string;
  /** As declared, or the file that the row names. */
  name: string;
  certificates: CertificateFacts[];
}
