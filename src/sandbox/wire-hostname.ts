import type { JsonObject } from '../terms.ts';

/**
 * A custom hostname as the API shows it. Written apart from the client's own types on purpose: a simulator that shares
 * them would share their mistakes.
 */
export interface WireHostname {
  id: string;
  hostname: string;
  status: string;
  created_at: string;
  custom_metadata?: JsonObject;
  custom_origin_server?: string;
  custom_origin_sni?: string;
  verification_errors?: string[];
  ownership_verification?: { type: 'txt'; name: string; value: string };
  ownership_verification_http?: { http_url: string; http_body: string };
  ssl?: WireSsl;
}

export interface WireSsl {
  id: string;
  type: 'dv';
  method: string;
  status: string;
  wildcard: boolean;
  bundle_method: string;
  certificate_authority?: string;
  settings: WireSettings;
  validation_records?: WireRecord[];
  validation_errors?: { message: string }[];
  dcv_delegation_records?: WireRecord[];
  /** Of a managed certificate, one entry per key type. */
  certificates?: WireCertificate[];
  /** The members below are those of an uploaded certificate. */
  custom_csr_id?: string;
  hosts?: string[];
  issuer?: string;
  serial_number?: string;
  signature?: string;
  uploaded_on?: string;
  expires_on?: string;
}

export interface WireSettings {
  http2?: string;
  tls_1_3?: string;
  tls_1_2_only?: string;
  early_hints?: string;
  min_tls_version?: string;
  ciphers?: string[];
}

export interface WireRecord {
  status?: string;
  txt_name?: string;
  txt_value?: string;
  http_url?: string;
  http_body?: string;
  cname?: string;
  cname_target?: string;
}

export interface WireCertificate {
  id: string;
  issuer: string;
  serial_number: string;
  signature: string;
  issued_on: string;
  expires_on: string;
  fingerprint_sha256: string;
}
