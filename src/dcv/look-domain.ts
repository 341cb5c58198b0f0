import type { NameService } from '../dns/lookup.ts';
import { registeredDomain } from '../dns/registrable-domain.ts';
import { type ZoneSigning, zoneSigning } from '../dns/signed-zone.ts';
import { failedLook, type Look } from './look.ts';

/**
 * Whether the registrable domain of a hostname is there at all. It is only called gone where the name above it is there:
 * a server that denies everything is no news of the domain.
 */
export async function lookAtDomain(service: NameService, host: string): Promise<Look | undefined> {
  const registered = registeredDomain(host);
  if (registered === undefined) return undefined;
  const { domain, suffix } = registered;
  const held = await service.lookup(domain, 'NS');
  if (held.kind === 'failed') return failedLook('domain', domain, held.failure);
  if (held.kind !== 'no_name') return undefined;
  const above = await service.lookup(suffix, 'NS');
  const gone = above.kind === 'found' || above.kind === 'no_data';
  return {
    evidence: {
      looked_at: 'domain',
      name: domain,
      verdict: gone ? 'domain_gone' : 'cannot_tell',
      note: gone ? 'the domain does not exist (any more)' : `neither the domain nor ${suffix} can be found from here`,
    },
    who: gone ? 'customer' : 'operator',
  };
}

/** What breaks DNSSEC from the registrable domain of a hostname down to itself; undefined where nothing shows. */
export async function lookAtSigning(service: NameService, host: string, now: number): Promise<Look | undefined> {
  const domain = registeredDomain(host)?.domain ?? host;
  const labels = host.split('.');
  for (let depth = domain.split('.').length; depth <= labels.length; depth++) {
    const zone = labels.slice(-depth).join('.');
    const signing: ZoneSigning = await zoneSigning(service, zone, now);
    if (signing.state === 'broken') {
      return {
        evidence: { looked_at: 'dnssec', name: zone, verdict: 'wrong', note: signing.note },
        who: 'customer',
      };
    }
    // Below an unsigned domain nothing is vouched for.
    if (signing.state === 'unsigned' && zone === domain) return undefined;
  }
  return undefined;
}
