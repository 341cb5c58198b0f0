import type { LiveHostname } from './live.ts';
import { type HostnamePhase, phaseOf } from './phase.ts';

/** What validation of the certificate and of the hostname complain about, in the API's words. */
export const complaintsOf = ({ ssl, verification_errors = [] }: LiveHostname): string[] => [
  ...(ssl?.validation_errors ?? []),
  ...verification_errors,
];

/** The phase of a hostname as it was read. */
export const phaseOfLive = (live: LiveHostname): HostnamePhase =>
  phaseOf(live.status, live.ssl?.status, complaintsOf(live));
