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
  'Your DNS says which companies may issue certificates for this address, and the one that we use is not among them. Please add it as shown below, and keep those that are there.';
const NOTHING = 'There is nothing for you to do for now.';

/** Complaints that a customer can do something about that is no record of the list, or can do nothing about. */
const BY_COMPLAINT: readonly (readonly [Complaint, string])[] = [
  [
    'zone_hold',
    'Your domain is under a hold at Cloudflare, which keeps everybody else from using its names there. The person who has the domain in a Cloudflare account has to release the hold (at the domain, under Overview; the one for subdomains, too). Please tell us when that is done; the hold may be set again afterwards.',
  ],
  [
    'domain_on_cloudflare',
    'Your domain is on Cloudflare itself. There is one thing to do: point this address at the name that we gave you. Nothing else is needed.',
  ],
  ['abuse_block', 'Cloudflare has blocked this address. We ask them about it; there is nothing for you to do for now.'],
  ['fallback_origin', 'Something is missing on our side, and we are at it. You can already do what follows.'],
  [
    'rate_limit',
    'The company that issues the certificate makes us wait. There is nothing for you to do; please leave what is set up in place.',
  ],
  [
    'authority_refuses',
    'The company that issues the certificate refuses to do so for this address. We take another one; there is nothing for you to do for now.',
  ],
  ['caa', CAA],
  [
    'dns',
    'The DNS of your domain does not answer as it should, so that no certificate can be issued. Please ask the people who run it to look at the fault below.',
  ],
];

const BY_VERDICT: Readonly<Record<string, string>> = {
  caa_blocked: CAA,
  points_elsewhere: 'This address leads somewhere else. Please point it at the name that we gave you.',
  domain_gone: 'This domain cannot be found: perhaps its registration has run out. Please renew it first.',
  refused: 'The company that issues the certificate refuses for now. There is nothing for you to do.',
  barred: 'Cloudflare keeps this address from being used for now. We look into it; there is nothing for you to do.',
};

const BY_ACTOR: Readonly<Record<Actor, string>> = {
  customer: 'This address is not set up yet. Please do what follows.',
  owner: 'This address waits for the owner of its domain, who has to release a hold at Cloudflare.',
  operator: 'We have something to do first. You can already do what follows.',
  authority: 'This address waits for the company that issues the certificate. Please leave what follows in place.',
  cloudflare: 'This address is on its way. If what follows is in place, there is nothing for you to do.',
  nobody: 'This address is being taken out of service.',
  unknown: 'We could not look at this address yet. Please make sure that what follows is in place.',
};
