import type { StoredHostname } from './stored-hostname.ts';
import type { WireHostname } from './wire-hostname.ts';
import { showHostname, type World } from './world.ts';

/** What one name holds in the DNS, by type; an alias stands alone. */
export interface Held {
  A?: string[];
  CNAME?: string;
  TXT?: string[];
  CAA?: { tag: string; value: string }[];
}

/** Where the SaaS target answers, and where a customer's web server does that does not point there. */
const TARGET_ADDRESS = '127.0.0.80';
const CUSTOMER_ADDRESS = '127.0.0.1';

/**
 * What the customers of a simulated account have done, as DNS and web servers show it: exactly what its `dns` facts say at
 * this moment of its clock. Deliberately shares no code with what judges real hostnames.
 */
export class CustomerSide {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Records at a name; undefined where nobody has any. */
  records(name: string): Held | undefined {
    if (this.#world.zones.some((zone) => name === zone.name || name.endsWith(`.${zone.name}`))) {
      return { A: [TARGET_ADDRESS] };
    }
    const [, kind, host] = /^(_acme-challenge|_cf-custom-hostname)\.(.+)$/.exec(name) ?? [];
    if (kind === '_acme-challenge' && host !== undefined) return this.#challenge(host);
    if (host !== undefined)
      return this.#texts(this.#proved(host), (seen) => (seen.owns ? [ownerToken(seen.wire)] : []));
    const published = /^(.+)\.[0-9a-f]{16}\.dcv\.cloudflare\.com$/.exec(name)?.[1];
    if (published !== undefined) return this.#texts(this.#proved(published), ({ wire }) => txtTokens(wire));
    const seen = this.#served(name);
    return seen === undefined ? undefined : this.#ofHost(seen);
  }

  /** The page at a path of a host that does not point at the target; undefined where there is none. */
  page(host: string, path: string): string | undefined {
    const url = `http://${host}${path}`;
    for (const seen of this.#proved(host)) {
      const { ownership_verification_http: owner, ssl } = seen.wire;
      if (seen.owns && owner?.http_url === url) return owner.http_body;
      const token = (ssl?.validation_records ?? []).find(({ http_url }) => http_url === url);
      if (seen.placed && token !== undefined) return token.http_body;
    }
    return undefined;
  }

  #challenge(host: string): Held {
    const all = this.#proved(host);
    const target = all.find(({ delegated }) => delegated)?.wire.ssl?.dcv_delegation_records?.[0]?.cname_target;
    return target === undefined
      ? this.#texts(all, ({ placed, wire }) => (placed ? txtTokens(wire) : []))
      : { CNAME: target };
  }

  #texts(all: readonly Seen[], pick: (seen: Seen) => string[]): Held {
    return { TXT: all.flatMap(pick) };
  }

  /** A name that leads here is an alias of the target, unless it has CAA records, which nothing may stand beside. */
  #ofHost({ record, routed, zone }: Seen): Held {
    const refused = /\bCAA\b/i.test(record.dns.dcv_error ?? '');
    if (refused) return { A: [routed ? TARGET_ADDRESS : CUSTOMER_ADDRESS], CAA: [{ tag: 'issue', value: ';' }] };
    return routed ? { CNAME: `customers.${zone}` } : { A: [CUSTOMER_ADDRESS] };
  }

  /** The hostname that answers for a name: itself, or the wildcard it falls under. */
  #served(name: string): Seen | undefined {
    return this.#find(name) ?? this.#find(name.replace(/^[^.]+/, '*'));
  }

  /** The hostnames that are proved at a name: its own and the wildcard below it. */
  #proved(name: string): Seen[] {
    return [this.#find(name), this.#find(`*.${name}`)].filter((seen) => seen !== undefined);
  }

  #find(hostname: string): Seen | undefined {
    const { zones, serving } = this.#world;
    const first = zones[serving.get(hostname) ?? 0];
    for (const zone of [...(first === undefined ? [] : [first]), ...zones]) {
      const record = zone.byHostname.get(hostname);
      if (record !== undefined) return this.#see(record, zone.name);
    }
    return undefined;
  }

  #see(record: StoredHostname, zone: string): Seen {
    const wire = showHostname(this.#world, record);
    const now = this.#world.clock.now();
    const { dns, dnsSince, ssl } = record;
    const since = (begun: number, after: number | null): boolean => after !== null && now >= begun + after;
    return {
      ...{ record, wire, zone },
      routed: since(dnsSince, dns.routed_after_ms) && !since(dnsSince, dns.leaves_after_ms),
      owns: since(dnsSince, dns.ownership_after_ms),
      placed: ssl !== undefined && since(Math.max(dnsSince, ssl.tokensAt), dns.token_after_ms),
      delegated: dns.delegated,
    };
  }
}

interface Seen {
  record: StoredHostname;
  wire: WireHostname;
  /** Name of its SaaS zone. */
  zone: string;
  /** What its customer has done by now. */
  routed: boolean;
  owns: boolean;
  placed: boolean;
  delegated: boolean;
}

const ownerToken = ({ ownership_verification: owner }: WireHostname): string => owner?.value ?? '';
const txtTokens = ({ ssl }: WireHostname): string[] =>
  (ssl?.validation_records ?? []).flatMap(({ txt_value }) => (txt_value === undefined ? [] : [txt_value]));
