import type { HostnamePhase } from './phase.ts';

/**
 * Who must move before a hostname goes on. `operator` is whoever runs hostroll, `authority` the certificate authority;
 * `unknown` where nobody could see it.
 */
export const ACTORS = ['operator', 'customer', 'authority', 'cloudflare', 'nobody', 'unknown'] as const;
export type Actor = (typeof ACTORS)[number];

export const WHO_ACTS: Readonly<Record<HostnamePhase, Actor>> = {
  serving: 'nobody',
  issuing: 'cloudflare',
  waiting_for_customer: 'customer',
  waiting_for_authority: 'authority',
  stuck: 'operator',
  leaving: 'nobody',
  // Nobody knows what it waits for, so a person has to look.
  unrecognised: 'operator',
};
