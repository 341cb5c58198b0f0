import { type Lookup, type NameService, textsOf } from '../dns/lookup.ts';
import { isCloudflareAddress } from './cloudflare-networks.ts';
import { failedLook, type Look } from './look.ts';
import { areKnown, isInNetworks, isTargetName, type Targets, targetAddresses, targetTexts } from './targets.ts';

export interface Routing {
  look: Look;
  /** The look-ups of both address types, for callers that need more of them. */
  lookups: readonly Lookup[];
}

/** Where the traffic of `name` goes, against where it should. */
export async function lookAtRouting(service: NameService, name: string, targets: Targets): Promise<Routing> {
  const [v4, v6] = await Promise.all([service.lookup(name, 'A'), service.lookup(name, 'AAAA')]);
  const lookups = [v4, v6];
  return { look: await judge(service, name, targets, lookups), lookups };
}

async function judge(service: NameService, name: string, targets: Targets, lookups: Lookup[]): Promise<Look> {
  const expected = targetTexts(targets);
  const aliases = [...new Set(lookups.flatMap((lookup) => lookup.aliases))];
  const addresses = lookups.flatMap((lookup) => [...textsOf(lookup, 'A'), ...textsOf(lookup, 'AAAA')]);
  const found = [...aliases, ...addresses];
  const say = (verdict: Look['evidence']['verdict'], note: string, who: Look['who']): Look => ({
    evidence: { looked_at: 'routing', name, expected, found, verdict, note },
    who,
  });
  const alias = aliases.find((one) => isTargetName(targets, one));
  if (alias !== undefined) return say('ready', `points at ${alias}`, 'nobody');
  const failed = lookups.find((lookup) => lookup.kind === 'failed');
  if (addresses.length === 0 && failed !== undefined) return failedLook('routing', name, failed.failure, expected);
  if (addresses.length === 0) {
    const last = aliases.at(-1);
    const note =
      last === undefined ? 'has no address and no CNAME' : `its CNAME leads to ${last}, which has no address`;
    return last === undefined ? say('missing', note, 'customer') : say('points_elsewhere', note, 'customer');
  }
  if (!areKnown(targets)) {
    return say('cannot_tell', 'where it should point is not known; give --target', 'operator');
  }
  const wanted = await targetAddresses(service, targets);
  const right = addresses.filter((address) => wanted.has(address) || isInNetworks(targets.networks, address));
  if (right.length === addresses.length) return say('ready', 'its addresses are those of the target', 'nobody');
  if (right.length > 0) return say('wrong', 'only some of its addresses are those of the target', 'customer');
  if (addresses.every(isCloudflareAddress)) {
    const note = 'resolves to Cloudflare, which hides where it points behind there';
    return say('cannot_tell', note, 'customer');
  }
  return say('points_elsewhere', `points at ${found[0]}`, 'customer');
}
