import { firstCheckAfter, OWNERSHIP_CHECKS, scheduleEnd } from '../hostname/check-schedule.ts';
import { HOUR, SECOND } from '../terms.ts';
import type { StoredHostname } from './stored-hostname.ts';

/** What comes after the present status, and when (virtual Unix milliseconds). */
export interface Transition {
  status: string;
  at: number;
}

/** A moved hostname is deleted after this long. */
const MOVED_MS = 7 * 24 * HOUR;
/** How long `active_redeploying` and `pending_deletion` last: the API says seconds, no more. */
const REDEPLOY_MS = 20 * SECOND;

/** When something that happens `after` the facts began to hold has happened. */
const from = (since: number, after: number | null): number =>
  after === null ? Number.POSITIVE_INFINITY : since + after;

/** From when on the ownership of a hostname can be proved: by where it points, or by its token. */
const ownedFrom = (record: StoredHostname): number =>
  Math.min(from(record.dnsSince, record.dns.routed_after_ms), from(record.dnsSince, record.dns.ownership_after_ms));

/** From when on the hostname points at the SaaS target. */
export const routedFrom = (record: StoredHostname): number => from(record.dnsSince, record.dns.routed_after_ms);

/**
 * The machine of the hostname status (ownership and routing). `fallbackFrom` is when the zone has a usable fallback
 * origin.
 *
 * pending            checked 75 times over 7 days: active when owned, blocked when held, moved when the checks run out
 * active             moved, when the hostname stops pointing here
 * active_redeploying active
 * moved              deleted after 7 days
 * pending_deletion   deleted
 * anything else      stays until an edit
 */
export function nextHostnameStatus(record: StoredHostname, fallbackFrom: number): Transition | undefined {
  switch (record.status) {
    case 'pending': {
      if (record.dns.held) return { status: 'blocked', at: record.since + (OWNERSHIP_CHECKS[0] ?? 0) };
      const check = firstCheckAfter(OWNERSHIP_CHECKS, record.since, Math.max(ownedFrom(record), fallbackFrom));
      if (check !== undefined) return { status: 'active', at: check };
      return { status: 'moved', at: record.since + scheduleEnd(OWNERSHIP_CHECKS) };
    }
    case 'active':
      if (record.dns.leaves_after_ms === null) return undefined;
      return { status: 'moved', at: Math.max(record.since, record.dnsSince + record.dns.leaves_after_ms) };
    case 'active_redeploying':
      return { status: 'active', at: record.since + REDEPLOY_MS };
    case 'pending_deletion':
      return { status: 'deleted', at: record.since + REDEPLOY_MS };
    case 'moved':
      return { status: 'deleted', at: record.since + MOVED_MS };
    default:
      return undefined;
  }
}

const UNPROVED = 'The custom hostname does not CNAME to this zone.';
const NO_TOKEN =
  'None of the A or AAAA records are owned by this account and the pre-generated ownership verification token was not found.';
const NO_FALLBACK = 'The zone does not have a fallback origin that is active.';
const HELD = 'The hostname is associated with a held zone; the hold must be released before it can be validated.';

/** What the API says of a hostname that could not be validated; empty before the first check. */
export function verificationErrors(record: StoredHostname, now: number, fallbackFrom: number): string[] {
  if (record.status === 'blocked') return [HELD];
  if (record.status === 'moved' || record.status === 'deleted') return [UNPROVED];
  const checked = record.status === 'pending' && now >= record.since + (OWNERSHIP_CHECKS[0] ?? 0);
  if (!checked) return [];
  return [now >= fallbackFrom ? NO_TOKEN : NO_FALLBACK];
}
