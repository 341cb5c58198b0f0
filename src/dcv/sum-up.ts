import type { Actor } from '../hostname/actor.ts';
import type { Evidence, Verdict } from './finding.ts';
import type { Look } from './look.ts';
import type { Wanted } from './wanted.ts';

/** The summary of a hostname's looks. */
export interface Sum {
  verdict: Verdict;
  who: Actor;
}

const READY: Sum = { verdict: 'ready', who: 'nobody' };
/** Of several things that stand in the way, the one that is told: the surest and most particular first. */
const TOLD_FIRST: readonly Verdict[] = ['wrong', 'points_elsewhere', 'missing', 'cannot_tell'];
/** Each of these alone keeps an authority from issuing, whatever else is published. */
const BARS: readonly [Evidence['looked_at'], Verdict][] = [
  ['domain', 'domain_gone'],
  ['api', 'barred'],
  ['dnssec', 'wrong'],
  ['domain', 'wrong'],
  ['api', 'refused'],
  ['caa', 'caa_blocked'],
];

/**
 * Sums the looks up. A hostname is ready where its domain is sound, its authority may issue, and each of certificate and
 * ownership, as far as they are still to be proved, has one way that works.
 */
export function sumUp(wanted: Wanted, looks: readonly Look[]): Sum {
  for (const [looked_at, verdict] of BARS) {
    const bar = looks.find(({ evidence }) => evidence.looked_at === looked_at && evidence.verdict === verdict);
    if (bar !== undefined) return { verdict, who: bar.who };
  }
  const parts = [certificate(wanted, looks), ownership(wanted, looks), ...served(wanted, looks)];
  const worst = worstOf(parts);
  if (worst.verdict !== 'ready') return worst;
  const unsure = looks.find(({ evidence }) => evidence.verdict !== 'ready' && isGround(evidence.looked_at));
  if (unsure !== undefined) return sumOf(unsure);
  return { verdict: 'ready', who: whoGoesOn(wanted) };
}

const isGround = (looked_at: Evidence['looked_at']): boolean =>
  looked_at === 'caa' || looked_at === 'domain' || looked_at === 'dnssec';

/** Who takes a hostname on for which everything is in place. */
function whoGoesOn({ certificate: waiting, ownership: unproved, stopped }: Wanted): Actor {
  if (stopped) return 'operator';
  if (waiting === undefined && unproved === undefined) return 'nobody';
  return waiting?.stage === 'issuance' && unproved === undefined ? 'authority' : 'cloudflare';
}

function certificate({ certificate: waiting, wildcard }: Wanted, looks: readonly Look[]): Sum {
  if (waiting === undefined || waiting.stage === 'issuance' || waiting.stage === 'deployment') return READY;
  // Cloudflare answers HTTP validation itself where traffic reaches it, whatever the method; never for a wildcard.
  if (!wildcard && hasReady(looks, 'routing')) return READY;
  if (waiting.method === 'txt' && hasReady(looks, 'delegation')) return READY;
  if (waiting.spent) return { verdict: 'missing', who: 'operator' };
  if (waiting.stage === 'tokens') return { verdict: 'cannot_tell', who: 'cloudflare' };
  const txt = looks.filter(({ evidence }) => evidence.looked_at === 'txt');
  const http = looks.filter(({ evidence }) => evidence.looked_at === 'http');
  if (allReady(txt) || allReady(http)) return READY;
  const routing = looks.filter(({ evidence }) => evidence.looked_at === 'routing');
  if (waiting.method === 'http') {
    const elsewhere = routing.find(({ evidence }) => evidence.verdict === 'points_elsewhere');
    return elsewhere === undefined ? worstOf(http.map(sumOf)) : sumOf(elsewhere);
  }
  const delegation = looks.filter(({ evidence }) => evidence.looked_at === 'delegation');
  const told = worstOf([...txt, ...delegation].map(sumOf));
  // E-mail and other methods of old leave nothing to look at.
  return told.verdict === 'ready' ? { verdict: 'cannot_tell', who: 'customer' } : told;
}

function ownership({ ownership: unproved }: Wanted, looks: readonly Look[]): Sum {
  if (unproved === undefined) return READY;
  const ways = looks.filter(({ evidence }) => /^(routing|ownership_)/.test(evidence.looked_at));
  // The API has looked behind its own proxy, where nobody else can.
  const only = looks.find(({ evidence }) => evidence.looked_at === 'api' && evidence.verdict === 'points_elsewhere');
  if (only !== undefined && !hasReady(looks, 'routing')) return sumOf(only);
  if (ways.some(({ evidence }) => evidence.verdict === 'ready')) return READY;
  // Where it is not known what the hostname points at, it may point where it should.
  const unknown = ways.find(({ evidence }) => evidence.looked_at === 'routing' && evidence.verdict === 'cannot_tell');
  return unknown === undefined ? worstOf(ways.map(sumOf)) : sumOf(unknown);
}

/** A hostname that is active already still has to point at the target, as far as that can be told. */
function served({ certificate: waiting, ownership: unproved }: Wanted, looks: readonly Look[]): Sum[] {
  if (waiting !== undefined || unproved !== undefined) return [];
  return looks
    .filter(({ evidence }) => evidence.looked_at === 'routing' && evidence.verdict !== 'cannot_tell')
    .map(sumOf);
}

const sumOf = ({ evidence, who }: Look): Sum => ({ verdict: evidence.verdict, who });
const hasReady = (looks: readonly Look[], looked_at: Evidence['looked_at']): boolean =>
  looks.some(({ evidence }) => evidence.looked_at === looked_at && evidence.verdict === 'ready');
const allReady = (looks: readonly Look[]): boolean =>
  looks.length > 0 && looks.every(({ evidence }) => evidence.verdict === 'ready');

function worstOf(sums: readonly Sum[]): Sum {
  for (const verdict of TOLD_FIRST) {
    const sum = sums.find((one) => one.verdict === verdict);
    if (sum !== undefined) return sum;
  }
  return READY;
}
