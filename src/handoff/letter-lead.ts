import type { Actor } from '../hostname/actor.ts';
import { type Complaint, complaintIn } from '../hostname/complaint.ts';
import type { HandOff } from './hand-off.ts';

/** What a letter says first about a name, to somebody who has never heard of how certificates are made. */
export function leadOf({ errors, finding, who_acts, records }: HandOff): string {
  const complaints = new Set(errors.map(complaintIn));
  const complaint = BY_COMPLAINT.find(([about]) => complaints.has(about))?.[1];
  const seen = finding === undefined ? undefined : BY_VERDICT[finding.verdict];
  if (finding?.verdict === 'ready') return READY;
  return complaint ?? seen ?? (who_acts === 'customer' && records.length === 0 ? NOTHING : BY_ACTOR[who_acts]);
}

const READY =
  'We have seen all that is needed. There is nothing for you to do; please leave what you have set up in place.';
const CAA =
  'Your DNS says which companies may issue certificates for this name, and the one that we use is not among them. Please add it as below, beside those that are there.';
const NOTHING = 'There is nothing for you to do for now.';

/** Complaints that a customer can do something about that is no record of the list, or can do nothing about. */
const BY_COMPLAINT: readonly (readonly [Complaint, string])[] = [
  [
    'zone_hold',
    'Your domain is under a hold at Cloudflare, which keeps everybody else from using its names there. The person who has the domain in a Cloudflare account has to release the hold (at the domain, under Overview; the one for subdomains, too). Please tell us when that is done; the hold may be set again afterwards.',
  ],
  [
    'domain_on_cloudflare',
    'Your domain is on Cloudflare itself. There is one thing to do: let this name point at the address that we gave you. Nothing else is needed.',
  ],
  [
    'abuse_block',
    'Cloudflare has blocked this name. We have to ask them about it; there is nothing for you to do for now.',
  ],
  ['fallback_origin', 'Something is missing on our side. We have to set it right; what follows may be set up already.'],
  [
    'rate_limit',
    'The company that issues the certificate makes us wait. There is nothing for you to do; please leave what is set up in place.',
  ],
  [
    'authority_refuses',
    'The company that issues the certificate refuses to do so for this name. We have to take another one.',
  ],
  ['caa', CAA],
  [
    'dns',
    'The DNS of your domain does not answer as it should, so that no certificate can be issued. Please ask the people who run it to look at the fault below.',
  ],
];

const BY_VERDICT: Readonly<Record<string, string>> = {
  caa_blocked: CAA,
  points_elsewhere: 'This name leads somewhere else. Please let it point at the address that we gave you.',
  domain_gone: 'This domain cannot be found: perhaps its registration has run out. Please look after that first.',
  refused: 'The company that issues the certificate refuses for now. There is nothing for you to do.',
  barred: 'Cloudflare keeps this name from being used for now. We have to look into it.',
};

const BY_ACTOR: Readonly<Record<Actor, string>> = {
  customer: 'This name does not work yet. Please set up what follows.',
  owner: 'This name waits for the owner of its domain, who has to release a hold at Cloudflare.',
  operator: 'We have to act first. What follows may be set up already.',
  authority: 'This name waits for the company that issues the certificate. Please leave what follows in place.',
  cloudflare: 'This name is on its way. What follows has to be in place; if it is, there is nothing for you to do.',
  nobody: 'This name is being taken out of service.',
  unknown: 'We could not look at this name yet. What follows has to be in place.',
};
