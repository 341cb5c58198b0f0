import { isUnchecked } from './check-schedule.ts';
import type { KnownPast } from './deadlines.ts';
import type { LiveHostname } from './live.ts';
import { type HostnamePhase, phaseOf } from './phase.ts';

/** What validation of the certificate and of the hostname complain about, in the API's words. */
export const complaintsOf = ({ ssl, verification_errors = [] }: LiveHostname): string[] => [
  ...(ssl?.validation_errors ?? []),
  ...verification_errors,
];

/**
 * The phase of a hostname as it was read at `now` (milliseconds since the epoch), with what is known of its past. Until
 * Cloudflare has checked by itself, nobody but it has to act unless it complains already.
 */
export function phaseOfLive(live: LiveHostname, { restarted_at }: KnownPast, now: number): HostnamePhase {
  const begun = restarted_at ?? Date.parse(live.created_at ?? '');
  return phaseOf(live.status, live.ssl?.status, complaintsOf(live), isUnchecked(begun, now));
}
