import { MINUTE, SECOND } from '../terms.ts';
import { type DnsRecord, isWithin, type Message } from './message.ts';

/** A zone, and who serves it, as its parent says. */
export interface ZoneCut {
  /** Empty for the root. */
  name: string;
  servers: { name: string; glue: string[] }[];
  /** How long this may be relied on, in milliseconds. */
  lifeMs: number;
}

/** Delegations are relied on for their TTL within these bounds: a run sees a change soon, and asks the parent rarely. */
const LIFE_MS = { least: 30 * SECOND, most: 10 * MINUTE };

/**
 * The delegation that an answer of a server of `above` makes on the way to `name`. Addresses are taken only for servers
 * below `above`: of others its servers know nothing.
 */
export function delegationIn(message: Message, above: string, name: string): ZoneCut | undefined {
  const named = [...message.answers, ...message.authorities].filter(
    (record) =>
      record.type === 'NS' && record.name !== above && isWithin(record.name, above) && isWithin(name, record.name),
  );
  const [first] = named;
  if (first === undefined) return undefined;
  const servers = named.flatMap((record) => {
    if (record.type !== 'NS' || record.name !== first.name) return [];
    const glue = isWithin(record.text, above) ? addressesOf(record.text, message.additionals) : [];
    return [{ name: record.text, glue }];
  });
  const lifeMs = Math.min(Math.max(first.ttl * SECOND, LIFE_MS.least), LIFE_MS.most);
  return { name: first.name, servers, lifeMs };
}

const addressesOf = (name: string, records: readonly DnsRecord[]): string[] =>
  records.flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && record.name === name ? [record.text] : [],
  );
