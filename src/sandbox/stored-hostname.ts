import type { Dns } from './dns.ts';
import type { UploadedCertificate } from './uploaded-certificate.ts';
import type { WireRecord, WireSettings } from './wire-hostname.ts';

/**
 * What is kept of a hostname: only what cannot be derived, since a million of them have to fit into memory. Both state
 * machines are kept as the status last reached and since when, in virtual Unix milliseconds; `advance` moves them on.
 * Every member is always present (`undefined` where it says nothing), so that all records have one hidden class.
 */
export interface StoredHostname {
  readonly id: string;
  readonly zone: number;
  /** Dense number of the record over all zones; the judge's log refers to it. */
  readonly row: number;
  readonly hostname: string;
  readonly createdAt: number;
  /** Compact JSON. */
  metadata: string | undefined;
  originServer: string | undefined;
  originSni: string | undefined;
  status: string;
  since: number;
  dns: Dns;
  /** From when on `dns` holds. */
  dnsSince: number;
  ssl: StoredSsl | undefined;
}

export interface StoredSsl {
  method: string;
  /** Empty where the API never named one, as of hostnames older than the choice. */
  certificateAuthority: string;
  bundleMethod: string;
  wildcard: boolean;
  /** Only the members that were set; frozen and shared. */
  settings: WireSettings;
  status: string;
  since: number;
  /** Number of the current certificate order; its tokens are drawn from it. */
  order: number;
  /** When the tokens of the order came into being. */
  tokensAt: number;
  /** The order whose certificate is being served, whatever the current order does; -1 for none. */
  served: number;
  /** Present while the current order is an uploaded certificate, not an issued one. */
  uploaded: UploadedCertificate | undefined;
  /** Tokens that came with a loaded hostname, of its first order. */
  loadedRecords: readonly WireRecord[] | undefined;
}

const internedSettings = new Map<string, WireSettings>();

/** The one frozen object for equal settings. */
export function sharedSettings(settings: WireSettings): WireSettings {
  const key = JSON.stringify(settings);
  const known = internedSettings.get(key);
  if (known !== undefined) return known;
  const shared = Object.freeze({ ...settings });
  internedSettings.set(key, shared);
  return shared;
}
