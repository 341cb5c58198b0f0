import type { Actor } from './actor.ts';
import type { HostnamePhase } from './phase.ts';

/** What a phase means, for a person who reads a list of hostnames in it. */
export const PHASE_WORDS: Readonly<Record<HostnamePhase, string>> = {
  serving: 'serving',
  issuing: 'issuing',
  validating: 'being validated',
  waiting_for_customer: 'waiting for the customer',
  waiting_for_owner: 'held by the owner of the domain',
  waiting_for_authority: 'waiting for the certificate authority',
  stuck: 'stuck',
  leaving: 'leaving',
  unrecognised: 'in a state this version does not know',
};

/** Who must act, as the end of a sentence about them. */
export const ACTOR_WORDS: Readonly<Record<Actor, string>> = {
  operator: 'you must act',
  customer: 'the customer must act',
  owner: 'the owner must release the hold at Cloudflare',
  authority: 'the authority must act, or choose another one',
  cloudflare: 'Cloudflare is at work',
  nobody: 'nobody has to act',
  unknown: 'who must act is not known',
};
