import { type NameService, textsOf } from '../dns/lookup.ts';
import type { Evidence } from './finding.ts';
import { failedLook, type Look } from './look.ts';
import type { Token } from './wanted.ts';

/** What is published at one name, against the values that all have to be there. */
export async function lookAtTxt(
  service: NameService,
  looked_at: 'txt' | 'ownership_txt',
  name: string,
  values: readonly string[],
): Promise<Look> {
  const lookup = await service.lookup(name, 'TXT');
  const expected = [...values];
  if (lookup.kind === 'failed') return failedLook(looked_at, name, lookup.failure, expected);
  const found = textsOf(lookup, 'TXT');
  const missing = values.filter((value) => !found.includes(value));
  const say = (verdict: Evidence['verdict'], note: string): Look => ({
    evidence: { looked_at, name, expected, found, verdict, note },
    who: verdict === 'ready' ? 'nobody' : 'customer',
  });
  if (missing.length === 0) {
    const others = found.length - new Set(values).size;
    return say('ready', others > 0 ? `published, beside ${others} other values that do no harm` : 'published');
  }
  if (found.length === 0) return say('missing', 'no TXT record is published');
  if (missing.length < values.length) return say('missing', `${missing.length} of ${values.length} values are missing`);
  return say('wrong', 'other values are published, maybe of an earlier order');
}

/** Identifier of a zone in the target of a delegation, with the host before it. */
const DELEGATION_TARGET = /^(.+)\.[0-9a-f]{8,64}\.dcv\.cloudflare\.com$/;

/**
 * The delegation CNAME at `name`, by which Cloudflare publishes the TXT values itself. `wanted` is where it should lead,
 * as far as the API tells. Undefined where neither one is asked for nor one is there.
 */
export async function lookAtDelegation(
  service: NameService,
  name: string,
  host: string,
  wanted: readonly Token[],
): Promise<Look | undefined> {
  const expected = wanted.filter(({ at }) => at.toLowerCase() === name).map(({ value }) => value.toLowerCase());
  const [alias, txt] = await Promise.all([service.lookup(name, 'CNAME'), service.lookup(name, 'TXT')]);
  if (alias.kind === 'failed') {
    return expected.length === 0 ? undefined : failedLook('delegation', name, alias.failure, expected);
  }
  const [target] = textsOf(alias, 'CNAME');
  const own = txt.aliases.length === 0 ? textsOf(txt, 'TXT') : [];
  const found = [...(target === undefined ? [] : [target]), ...own.map((value) => `TXT ${value}`)];
  const say = (verdict: Evidence['verdict'], note: string, who: Look['who'] = 'customer'): Look => ({
    evidence: { looked_at: 'delegation', name, expected, found, verdict, note },
    who: verdict === 'ready' ? 'nobody' : who,
  });
  if (target === undefined) {
    if (expected.length === 0) return undefined;
    if (own.length === 0) return say('missing', 'no delegation CNAME is there');
    return say('wrong', 'TXT records stand in the place of the delegation CNAME; they must go before it can be set');
  }
  if (own.length > 0) return say('wrong', 'a leftover TXT record stands beside the CNAME and hides it');
  if ([target, ...txt.aliases].some((one) => expected.includes(one))) return say('ready', 'delegated to Cloudflare');
  if (expected.length === 0 && DELEGATION_TARGET.exec(target)?.[1] === host) {
    return say(
      'cannot_tell',
      'delegated to Cloudflare, but maybe to another zone: the API names no target',
      'operator',
    );
  }
  return say('wrong', 'the CNAME leads somewhere else');
}
