import { CALLED_ON, type Complaint } from '../hostname/complaint.ts';
import type { Verdict } from './finding.ts';
import type { Look } from './look.ts';
import type { Wanted } from './wanted.ts';

/** Complaints that no look at DNS or HTTP can outweigh, and what each says of a check made now. */
const STANDING: readonly (readonly [Complaint, Verdict, string])[] = [
  ['zone_hold', 'barred', 'the owner of the domain holds it at Cloudflare; nothing helps before the hold is released'],
  ['abuse_block', 'barred', 'Cloudflare has blocked it; only its support can lift that'],
  ['fallback_origin', 'barred', 'the zone has no fallback origin that works; set one first'],
  ['authority_refuses', 'refused', 'the authority will not issue for this name; choose another one'],
  [
    'rate_limit',
    'refused',
    'the authority has issued too often for these names; wait a week at most, or choose another one',
  ],
];

/** What the API itself says that stands in the way, whatever the world shows. */
export function lookAtComplaints(wanted: Wanted, name: string): Look[] {
  const { complaints, certificate, blocked } = wanted;
  const looks = STANDING.filter(
    // Once its tokens are spent the limit is over: no authority's lasts longer than the checks go on.
    ([complaint]) => complaints.has(complaint) && !(complaint === 'rate_limit' && certificate?.spent),
  ).map(([complaint, verdict, note]) => say(name, verdict, note, CALLED_ON[complaint]));
  if (blocked && looks.length === 0) {
    const note = 'Cloudflare has blocked it, for abuse or a hold of the domain; ask its support';
    looks.push(say(name, 'barred', note, 'operator'));
  }
  if (tokensCount(wanted)) return looks;
  const note = 'the domain is on Cloudflare itself, where no token counts: the hostname must point at the target';
  return [...looks, say(name, 'points_elsewhere', note, 'customer')];
}

/** Whether tokens can prove the hostname: not where its domain is on Cloudflare itself. */
export const tokensCount = ({ complaints }: Pick<Wanted, 'complaints'>): boolean =>
  !complaints.has('domain_on_cloudflare');

const say = (name: string, verdict: Verdict, note: string, who: Look['who']): Look => ({
  evidence: { looked_at: 'api', name, verdict, note },
  who,
});
