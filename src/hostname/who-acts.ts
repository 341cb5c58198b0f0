import type { Actor } from './actor.ts';
import type { HostnamePhase } from './phase.ts';

/** Who must move for a hostname in each phase. */
export const WHO_ACTS: Readonly<Record<HostnamePhase, Actor>> = {
  serving: 'nobody',
  issuing: 'cloudflare',
  validating: 'cloudflare',
  waiting_for_customer: 'customer',
  waiting_for_owner: 'owner',
  waiting_for_authority: 'authority',
  stuck: 'operator',
  leaving: 'nobody',
  // Nobody knows what it waits for, so a person has to look.
  unrecognised: 'operator',
};
