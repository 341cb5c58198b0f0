import { Resolver } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { SECOND } from '../terms.ts';
import type { Control } from './control.ts';
import type { Dns } from './dns.ts';
import type { WireHostname } from './wire-hostname.ts';

type Watched = Pick<Control, 'hostnames' | 'setDns'>;

/** Between two looks at everything that waits. */
const EVERY_MS = 1 * SECOND;
const AT_ONCE = 50;
const TIMEOUT_MS = 2 * SECOND;

/**
 * Lets real DNS decide instead of the table of facts: again and again looks up what hostnames wait for, and takes what is
 * there (`ip` or `ip:port` of `resolvers`) for what their customers have done. It looks for TXT tokens, the delegation
 * CNAME, the ownership TXT, and a CNAME into the SaaS zone. Deliberately shares no code with what judges real hostnames,
 * so that neither inherits a mistake of the other. Ends with `stop`.
 */
export async function watchDns(
  control: Watched,
  { resolvers, zones }: { resolvers: readonly string[]; zones: readonly { id: string; name: string }[] },
  stop: AbortSignal,
): Promise<void> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  resolver.setServers([...resolvers]);
  const zoneNames = new Map(zones.map(({ id, name }) => [id, name]));
  const known = new Map<string, string>();
  const limit = pLimit(AT_ONCE);
  while (!stop.aborted) {
    const waiting: (WireHostname & { zone_id: string })[] = [];
    for (const one of control.hostnames()) if (waits(one)) waiting.push(one);
    await limit.map(waiting, async (hostname) => {
      if (stop.aborted) return;
      const facts = await factsOf(resolver, hostname, zoneNames.get(hostname.zone_id) ?? '');
      const text = JSON.stringify(facts);
      if (known.get(hostname.id) === text || stop.aborted) return;
      known.set(hostname.id, text);
      control.setDns(hostname.hostname, facts);
    });
    await delay(EVERY_MS, undefined, { signal: stop }).catch(() => {});
  }
}

const waits = ({ status, ssl }: WireHostname): boolean =>
  status !== 'active' || (ssl !== undefined && ssl.status !== 'active');

async function factsOf(resolver: Resolver, wire: WireHostname, zone: string): Promise<Partial<Dns>> {
  const { hostname, ssl, ownership_verification: owner } = wire;
  const [delegation] = ssl?.dcv_delegation_records ?? [];
  const tokens = (ssl?.validation_records ?? []).filter(({ txt_value }) => txt_value !== undefined);
  const [texts, challenge, alias, owners] = await Promise.all([
    textsAt(resolver, tokens[0]?.txt_name),
    aliasOf(resolver, delegation?.cname),
    aliasOf(resolver, hostname.replace(/^\*\./, 'any.')),
    textsAt(resolver, owner?.name),
  ]);
  const published = tokens.length > 0 && tokens.every(({ txt_value = '' }) => texts.includes(txt_value));
  const at = (holds: boolean): number | null => (holds ? 0 : null);
  return {
    token_after_ms: at(published),
    delegated: challenge !== undefined && challenge === delegation?.cname_target,
    routed_after_ms: at(alias !== undefined && (alias === zone || alias.endsWith(`.${zone}`))),
    ownership_after_ms: at(owner?.value !== undefined && owners.includes(owner.value)),
  };
}

const textsAt = async (resolver: Resolver, name: string | undefined): Promise<string[]> =>
  name === undefined
    ? []
    : resolver.resolveTxt(name).then(
        (all) => all.map((parts) => parts.join('')),
        () => [],
      );

const aliasOf = async (resolver: Resolver, name: string | undefined): Promise<string | undefined> =>
  name === undefined
    ? undefined
    : resolver.resolveCname(name).then(
        ([alias]) => alias?.toLowerCase(),
        () => undefined,
      );
