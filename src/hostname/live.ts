import type { CustomHostnameId, Hostname, JsonObject, ZoneId } from '../terms.ts';

/**
 * A custom hostname as the API holds it now: the wire object without its secrets, with every status kept as the string
 * that came, also one this version has never heard of.
 */
export interface LiveHostname {
  id: CustomHostnameId;
  zone_id: ZoneId;
  hostname: Hostname;
  status: string;
  created_at?: string;
  custom_metadata?: JsonObject;
  custom_origin_server?: string;
  custom_origin_sni?: string;
  verification_errors?: string[];
  ownership_verification?: OwnershipVerification;
  ownership_verification_http?: OwnershipVerificationHttp;
  /** Absent where the hostname has no certificate at all. */
  ssl?: LiveSsl;
}

/** A deleted hostname stays readable for a while, beside a new one of the same name (observed); it is nobody's target. */
export const isDeleted = ({ status }: { status: string }): boolean =>
  status === 'deleted' || status === 'pending_deletion';

export interface OwnershipVerification {
  type?: string;
  name?: string;
  value?: string;
}

export interface OwnershipVerificationHttp {
  http_url?: string;
  http_body?: string;
}

export interface LiveSsl {
  id?: string;
  status: string;
  type?: string;
  method?: string;
  certificate_authority?: string;
  bundle_method?: string;
  wildcard?: boolean;
  /** All members that came, also those this version does not know: a PATCH must send them all back. */
  settings?: JsonObject;
  validation_records?: ValidationRecord[];
  dcv_delegation_records?: ValidationRecord[];
  validation_errors?: string[];
  /** True where the certificate was uploaded by the operator, not issued by Cloudflare. */
  uploaded?: boolean;
  /** Of the one certificate, or of one of two; `certificates` has both where the API shows it. */
  issuer?: string;
  serial_number?: string;
  expires_on?: string;
  signature?: string;
  /** Names of an uploaded certificate. */
  hosts?: string[];
  certificates?: LiveCertificate[];
}

/** One certificate of a pack, as far as the API shows it. */
export interface LiveCertificate {
  id?: string;
  issuer?: string;
  serial_number?: string;
  /** Algorithm of the signature on it: `SHA256WithRSA`, `ECDSAWithSHA256`. */
  signature?: string;
  expires_on?: string;
  /** Lower-case hex. */
  fingerprint_sha256?: string;
}

/** One record that proves control for the certificate; which members are set depends on the method. */
export interface ValidationRecord {
  status?: string;
  txt_name?: string;
  txt_value?: string;
  http_url?: string;
  http_body?: string;
  cname?: string;
  cname_target?: string;
  emails?: string[];
}
