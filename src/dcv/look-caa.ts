import type { NameService } from '../dns/lookup.ts';
import { type CaaRecord, judgeCaa, relevantCaa } from './caa.ts';
import { failedLook, type Look } from './look.ts';
import type { Wanted } from './wanted.ts';

/**
 * How the authorities go in CAA records.
 * https://developers.cloudflare.com/ssl/edge-certificates/caa-records/
 */
const ISSUERS: Record<string, readonly string[]> = {
  lets_encrypt: ['letsencrypt.org'],
  google: ['pki.goog'],
  ssl_com: ['ssl.com'],
  digicert: ['digicert.com'],
};
/** Where no authority is chosen, Cloudflare takes one that the records allow. */
const ANY_ISSUER = ['letsencrypt.org', 'pki.goog', 'ssl.com'];

/** The names of an authority in CAA records, as the API spells it; any that Cloudflare may choose where it is none of them. */
export const issuersOf = (authority: string): readonly string[] => ISSUERS[authority] ?? ANY_ISSUER;

/** Whether CAA records let the hostname's authority issue. */
export async function lookAtCaa(service: NameService, wanted: Wanted): Promise<Look> {
  const issuers = issuersOf(wanted.authority);
  const relevant = await relevantCaa(service, wanted.host);
  if (relevant.kind === 'failed') return failedLook('caa', relevant.at, relevant.failure, [...issuers]);
  const evidence = { looked_at: 'caa', name: relevant.kind === 'none' ? wanted.host : relevant.at } as const;
  const expected = [...issuers];
  if (relevant.kind === 'none') {
    return {
      evidence: { ...evidence, expected, found: [], verdict: 'ready', note: 'no CAA record forbids it' },
      who: 'nobody',
    };
  }
  const found = relevant.records.map(caaText);
  const challenge = challengeOf(wanted);
  // A wildcard certificate is for the name itself, too.
  const kinds = wanted.wildcard ? [false, true] : [false];
  for (const wildcard of kinds) {
    const judged = judgeCaa(relevant.records, { issuers, wildcard, challenge });
    if (judged.allowed === false) {
      return { evidence: { ...evidence, expected, found, verdict: 'caa_blocked', note: judged.note }, who: 'customer' };
    }
    if (judged.allowed === 'unsure') {
      const note = 'CAA records allow one account of the authority only, which may not be the one Cloudflare uses';
      return { evidence: { ...evidence, expected, found, verdict: 'cannot_tell', note }, who: 'customer' };
    }
  }
  return { evidence: { ...evidence, expected, found, verdict: 'ready', note: 'CAA records allow it' }, who: 'nobody' };
}

/** Cloudflare may prove a plain hostname by HTTP whatever the method, so that only what is sure counts. */
function challengeOf({ certificate, wildcard }: Wanted): 'dns-01' | 'http-01' | undefined {
  if (wildcard) return 'dns-01';
  return certificate?.method === 'http' ? 'http-01' : undefined;
}

const caaText = ({ critical, tag, value }: CaaRecord): string => `${critical ? 128 : 0} ${tag} "${value}"`;
