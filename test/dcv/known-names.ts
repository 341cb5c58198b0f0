import type { Lookup, NameService } from '../../src/dns/lookup.ts';
import type { DnsRecord, QueryType } from '../../src/dns/message.ts';

/** What stands in the DNS by `name type`, e.g. `{ 'shop.acme-store.net A': ['192.0.2.1'] }`; a CAA record as `tag value`. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** A DNS in memory: names that are known exist, all others do not. Aliases are followed. */
export function knownNames(known: Known): NameService {
  const lookup = async (name: string, type: QueryType, aliases: string[] = []): Promise<Lookup> => {
    const [alias] = known[`${name} CNAME`] ?? [];
    if (alias !== undefined && type !== 'CNAME') return lookup(alias, type, [...aliases, alias]);
    const values = known[`${name} ${type}`];
    if (values !== undefined)
      return { kind: 'found', name, aliases, records: values.map((value) => of(name, type, value)) };
    const exists = Object.keys(known).some((key) => key.startsWith(`${name} `) || key.includes(`.${name} `));
    return { kind: exists ? 'no_data' : 'no_name', name, aliases };
  };
  return { lookup: (name, type) => lookup(name, type), answers: async () => true };
}

function of(name: string, type: QueryType, value: string): DnsRecord {
  if (type !== 'CAA') return { name, ttl: 5, type, text: value } as DnsRecord;
  const [tag = '', ...rest] = value.split(' ');
  return { name, ttl: 5, type, critical: false, tag, value: rest.join(' ') };
}
