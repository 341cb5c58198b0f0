import { CALLED_ON, complaintIn } from './complaint.ts';

/**
 * Our reading of a hostname's two statuses and of what the API complains about: how far it is, and who must move.
 *
 * serving                the hostname is live with a certificate
 * issuing                Cloudflare is at work; nobody else has anything to do
 * validating             nobody has to act yet: Cloudflare has not checked by itself since validation began
 * waiting_for_customer   a record or a CNAME is missing or wrong at the customer
 * waiting_for_owner      the domain's owner holds it at Cloudflare (a zone hold)
 * waiting_for_authority  the certificate authority refuses for now: rate limit, internal error, will not issue
 * stuck                  it goes on only when the operator acts: timed out, moved, blocked, expired, no fallback origin
 * leaving                it is being taken out of service, or its certificate is
 * unrecognised           a status this version does not know
 */
export const HOSTNAME_PHASES = [
  'serving',
  'issuing',
  'validating',
  'waiting_for_customer',
  'waiting_for_owner',
  'waiting_for_authority',
  'stuck',
  'leaving',
  'unrecognised',
] as const;
export type HostnamePhase = (typeof HOSTNAME_PHASES)[number];

/**
 * The 16 known values of `status`. Sources: the enum of the official schema and Cloudflare's validation-status page. A
 * `deleted` hostname that can still be read was moved for 7 days, and a PATCH brings it back. Undocumented ones count by
 * their names, and the internal ones as Cloudflare's own work.
 */
const BY_HOSTNAME_STATUS: ReadonlyMap<string, HostnamePhase> = new Map<string, HostnamePhase>(
  Object.entries({
    active: 'serving',
    active_redeploying: 'serving',
    pending: 'waiting_for_customer',
    pending_blocked: 'issuing',
    pending_migration: 'issuing',
    pending_provisioned: 'issuing',
    provisioned: 'issuing',
    moved: 'stuck',
    blocked: 'stuck',
    deleted: 'stuck',
    pending_deletion: 'leaving',
    test_pending: 'waiting_for_customer',
    test_active: 'serving',
    test_active_apex: 'serving',
    test_blocked: 'stuck',
    test_failed: 'stuck',
  } as const),
);

/** The 21 known values of `ssl.status`. Source, beside the enum: Cloudflare's certificate-statuses page. */
const BY_SSL_STATUS: ReadonlyMap<string, HostnamePhase> = new Map<string, HostnamePhase>(
  Object.entries({
    active: 'serving',
    staging_active: 'serving',
    initializing: 'issuing',
    pending_validation: 'waiting_for_customer',
    pending_issuance: 'issuing',
    pending_deployment: 'issuing',
    // An uploaded certificate that waits for its hostname.
    holding_deployment: 'issuing',
    backup_issued: 'issuing',
    staging_deployment: 'issuing',
    initializing_timed_out: 'stuck',
    validation_timed_out: 'stuck',
    issuance_timed_out: 'stuck',
    deployment_timed_out: 'stuck',
    deletion_timed_out: 'stuck',
    expired: 'stuck',
    pending_expiration: 'leaving',
    pending_cleanup: 'leaving',
    pending_deletion: 'leaving',
    deleted: 'leaving',
    deactivating: 'leaving',
    inactive: 'leaving',
  } as const),
);

/** Of the phases of the two sides the hostname is in the one that comes first. */
const GRAVEST_FIRST: readonly HostnamePhase[] = [
  'stuck',
  'leaving',
  'unrecognised',
  'waiting_for_customer',
  'waiting_for_authority',
  'issuing',
  'serving',
];

/**
 * The phase of a hostname. `sslStatus` is undefined where it has no certificate; it is then judged by its own status.
 * `errors` are its validation and verification errors: they decide whom a waiting hostname waits for, and change nothing
 * about one that does not wait. `unchecked` says that no check can have come of what validation began with, so that a
 * hostname which nothing is known against waits for nobody.
 */
export function phaseOf(
  status: string,
  sslStatus: string | undefined,
  errors: readonly string[],
  unchecked = false,
): HostnamePhase {
  const hostname = BY_HOSTNAME_STATUS.get(status) ?? 'unrecognised';
  // A PATCH would call back what somebody is deleting, so that this outweighs even a certificate that is stuck.
  if (hostname === 'leaving') return hostname;
  const certificate = sslStatus === undefined ? 'serving' : (BY_SSL_STATUS.get(sslStatus) ?? 'unrecognised');
  const phase = graver(hostname, certificate);
  // As for nearly every one of a million rows that are read again.
  if (errors.length === 0 && phase !== 'waiting_for_customer') return phase;
  const calledOn = new Set(errors.map((error) => CALLED_ON[complaintIn(error)]));
  // A block is how Cloudflare shows most holds; sending it again helps only after the hold is gone.
  if (calledOn.has('owner') && (phase === 'waiting_for_customer' || status === 'blocked')) return 'waiting_for_owner';
  if (phase !== 'waiting_for_customer') return phase;
  // While only the operator can end it, nobody else's move helps.
  if (calledOn.has('operator')) return 'stuck';
  if (calledOn.size === 0 && unchecked) return 'validating';
  // The authority says nothing about the hostname: one that is not validated itself waits for its customer all the same.
  const onlyAuthority = calledOn.size === 1 && calledOn.has('authority') && hostname !== 'waiting_for_customer';
  return onlyAuthority ? 'waiting_for_authority' : phase;
}

const graver = (a: HostnamePhase, b: HostnamePhase): HostnamePhase =>
  GRAVEST_FIRST.indexOf(a) < GRAVEST_FIRST.indexOf(b) ? a : b;

/** The values of the two statuses that this version knows. */
export const HOSTNAME_STATUSES: readonly string[] = [...BY_HOSTNAME_STATUS.keys()];
export const SSL_STATUSES: readonly string[] = [...BY_SSL_STATUS.keys()];
