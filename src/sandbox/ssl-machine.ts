import { DCV_CHECKS, firstCheckAfter, scheduleEnd } from '../hostname/check-schedule.ts';
import { DAY, SECOND } from '../terms.ts';
import { certificateLife, EMAIL_ENDS, renewalLead } from './certificate-life.ts';
import { between, textBits } from './draw.ts';
import { routedFrom, type Transition } from './hostname-machine.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';

/** How long a certificate authority's tokens are good for. */
export function tokenLife(certificateAuthority: string): number {
  return certificateAuthority === 'lets_encrypt' ? 7 * DAY : 14 * DAY;
}

/** The statuses of an order that is under way. */
export const ORDER_STATUSES = ['initializing', 'pending_validation', 'pending_issuance', 'pending_deployment'];

/** From when on tokens that appear at `tokensAt` can be found where the method looks for them. */
function placedFrom(record: StoredHostname, ssl: StoredSsl, tokensAt: number): number {
  if (record.dns.delegated && ssl.method === 'txt') return tokensAt;
  const after = record.dns.token_after_ms;
  const byCustomer = after === null ? Number.POSITIVE_INFINITY : Math.max(record.dnsSince, tokensAt) + after;
  // The API answers HTTP validation itself for traffic that reaches it, also where TXT was chosen; never for a wildcard.
  return ssl.wildcard ? byCustomer : Math.min(byCustomer, routedFrom(record));
}

/** As `placedFrom`, but never where the certificate authority refuses the domain, or its method is at its end. */
function provedFrom(record: StoredHostname, ssl: StoredSsl, tokensAt: number): number {
  const placed = record.dns.dcv_error === null ? placedFrom(record, ssl, tokensAt) : Number.POSITIVE_INFINITY;
  return ssl.method === 'email' && Math.max(placed, tokensAt) >= EMAIL_ENDS ? Number.POSITIVE_INFINITY : placed;
}

/**
 * How many checks of the current order the certificate authority has refused until `now`: tokens were in place, but it
 * would not issue. Each refusal makes the API order again, with new tokens.
 */
export function refusedChecks(record: StoredHostname, ssl: StoredSsl, now: number): number {
  if (record.dns.dcv_error === null || ssl.status !== 'pending_validation') return 0;
  const placed = Math.max(placedFrom(record, ssl, ssl.tokensAt), record.dnsSince);
  const counts = (time: number): boolean => ssl.since + time >= placed && ssl.since + time <= now;
  return (counts(0) ? 1 : 0) + DCV_CHECKS.filter(counts).length;
}

/**
 * The machine of the certificate status.
 *
 * initializing        pending_validation, with tokens, after 1 to 5 s
 * pending_validation  pending_issuance once a check finds the tokens; validation_timed_out when they or the checks end
 * pending_issuance    pending_deployment after 5 to 30 s
 * pending_deployment  active after 5 to 30 s
 * holding_deployment  pending_deployment once the hostname is active
 * active              renewed in the last third of its life where it can be validated, otherwise expired
 * pending_deletion    deleted
 * anything else       stays until an edit
 */
export function nextSslStatus(record: StoredHostname, ssl: StoredSsl): Transition | undefined {
  const drawn = (low: number, high: number, salt: number): number =>
    ssl.since + between(low * SECOND, high * SECOND, textBits(record.id), ssl.order, salt);
  switch (ssl.status) {
    case 'initializing':
      return { status: 'pending_validation', at: drawn(1, 5, 1) };
    case 'pending_validation': {
      const ends = Math.min(ssl.since + scheduleEnd(DCV_CHECKS), ssl.tokensAt + tokenLife(ssl.certificateAuthority));
      // The first look comes at once, the schedule's after it; the authority then takes its time.
      const proved = provedFrom(record, ssl, ssl.tokensAt);
      const check = proved <= ssl.since ? ssl.since : firstCheckAfter(DCV_CHECKS, ssl.since, proved);
      if (check === undefined || check >= ends) return { status: 'validation_timed_out', at: ends };
      return { status: 'pending_issuance', at: check + drawn(10, 50, 2) - ssl.since };
    }
    case 'pending_issuance':
      return { status: 'pending_deployment', at: drawn(5, 30, 3) };
    case 'pending_deployment':
      return { status: 'active', at: drawn(5, 30, 4) };
    case 'holding_deployment':
      return record.status === 'active' ? { status: 'pending_deployment', at: record.since } : undefined;
    case 'active': {
      if (ssl.uploaded !== undefined) {
        return { status: 'expired', at: Math.min(...ssl.uploaded.parts.map(({ expiresAt }) => expiresAt)) };
      }
      const life = certificateLife(ssl.certificateAuthority, ssl.since);
      const ends = ssl.since + life;
      const due = ends - renewalLead(life);
      const renewed = Math.max(due, provedFrom(record, ssl, due));
      return renewed < ends ? { status: 'active', at: renewed } : { status: 'expired', at: ends };
    }
    case 'pending_deletion':
      return { status: 'deleted', at: drawn(5, 30, 5) };
    default:
      return undefined;
  }
}
