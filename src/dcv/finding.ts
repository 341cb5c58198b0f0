import type { Actor } from '../hostname/actor.ts';
import type { Hostname } from '../terms.ts';

/**
 * What a look at the world says, worst news for a certificate authority last.
 *
 * ready             a check made now can pass
 * missing           what should be published is not there
 * wrong             something else is published in its place
 * caa_blocked       CAA records forbid the row's certificate authority
 * points_elsewhere  the hostname leads somewhere else than the SaaS target
 * domain_gone       the registrable domain does not exist
 * refused           the certificate authority refuses, as the API says
 * barred            Cloudflare does not go on whatever is published, as the API says: a hold, a block, no fallback origin
 * cannot_tell       no trustworthy answer was had
 */
export const VERDICTS = [
  'ready',
  'missing',
  'wrong',
  'caa_blocked',
  'points_elsewhere',
  'domain_gone',
  'refused',
  'barred',
  'cannot_tell',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One thing that was looked at, with what was expected and what was found there. */
export interface Evidence {
  looked_at:
    | 'txt'
    | 'delegation'
    | 'http'
    | 'ownership_txt'
    | 'ownership_http'
    | 'caa'
    | 'routing'
    | 'dnssec'
    | 'domain'
    /** The hostname itself. */
    | 'name'
    /** What the API itself complains about. */
    | 'api';
  /** The DNS name or URL. */
  name: string;
  expected?: string[];
  found?: string[];
  verdict: Verdict;
  /** One clause for a person. */
  note: string;
}

/** What the world says of one hostname. `verdict` sums the evidence up; `who` must act. */
export interface Finding {
  hostname: Hostname;
  verdict: Verdict;
  who: Actor;
  evidence: Evidence[];
  /** RFC 3339, UTC. */
  checked_at: string;
}

/** Evidence that says the same, together, in the order in which it is met; with `verdict`, only that of this verdict. */
export function saidOnce<One extends Pick<Evidence, 'note'> & { verdict: string }>(
  evidence: readonly One[],
  verdict?: Verdict,
): One[][] {
  const groups = new Map<string, One[]>();
  for (const [at, one] of evidence.entries()) {
    const key = `${verdict === undefined || one.verdict === verdict ? '' : at} ${one.verdict} ${one.note}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}
