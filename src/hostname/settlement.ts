import type { Settlement } from '../terms.ts';
import { type HostnamePhase, phaseOf } from './phase.ts';

/** A status this version does not know is neither a success nor a reason to stop waiting. */
const SETTLEMENT_OF: Readonly<Record<HostnamePhase, Settlement>> = {
  serving: 'active',
  issuing: 'pending',
  validating: 'pending',
  waiting_for_customer: 'pending',
  waiting_for_owner: 'pending',
  waiting_for_authority: 'pending',
  unrecognised: 'pending',
  stuck: 'errored',
  leaving: 'errored',
};

/**
 * Whether it is worth waiting for a hostname, by its two statuses: pending. What the API complains about is left out:
 * right after an edit it still shows what an earlier check found.
 */
export const settlementOf = (status: string, sslStatus: string | undefined): Settlement =>
  SETTLEMENT_OF[phaseOf(status, sslStatus, [])];
