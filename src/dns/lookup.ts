import type { DnsRecord, QueryType } from './message.ts';

/** Why a look-up brought nothing that could be trusted. */
export type Failure = {
  /**
   * bogus     DNSSEC signatures do not hold
   * servfail  the servers answer that they fail
   * lame      the servers named for the zone do not serve it
   * timeout   no answer in time
   * loop      aliases go round, or on and on
   */
  reason: 'bogus' | 'servfail' | 'lame' | 'timeout' | 'loop';
  /** `ours` where nothing at all can be resolved from here, so that it says nothing about the name. */
  fault: 'ours' | 'theirs';
  /** One clause for a person. */
  note: string;
};

/** What one question brought, before any alias is followed. */
export type Step =
  | { kind: 'found'; records: DnsRecord[] }
  | { kind: 'alias'; target: string; ttl: number }
  | { kind: 'no_data' | 'no_name' }
  | { kind: 'failed'; failure: Failure };

/** What a look-up brought. `name` is where it ended, `aliases` the CNAME targets on the way, the last being `name`. */
export type Lookup = { name: string; aliases: string[] } & Exclude<Step, { kind: 'alias' }>;

/** Finds out what the DNS says. Never throws for what servers do. */
export interface NameService {
  lookup(name: string, type: QueryType): Promise<Lookup>;
  /** Whether anything at all can be resolved from here. Never throws. */
  answers(): Promise<boolean>;
}

/** RFC 1034 names no bound; resolvers give up somewhere between 8 and 16. */
const ALIASES_MAX = 10;

/** Follows aliases from `name` on, one question at a time. */
export async function follow(
  name: string,
  type: QueryType,
  step: (name: string, type: QueryType) => Promise<Step>,
): Promise<Lookup> {
  const aliases: string[] = [];
  let at = name;
  for (;;) {
    // What cannot be asked for cannot exist (RFC 1035, section 2.3.4).
    const taken: Step = isQueryable(at) ? await step(at, type) : { kind: 'no_name' };
    if (taken.kind !== 'alias') return { ...taken, name: at, aliases };
    if (aliases.length >= ALIASES_MAX || taken.target === name || aliases.includes(taken.target)) {
      const note = `the aliases from ${name} on never end`;
      return { kind: 'failed', failure: { reason: 'loop', fault: 'theirs', note }, name: at, aliases };
    }
    at = taken.target;
    aliases.push(at);
  }
}

const isQueryable = (name: string): boolean =>
  name === '' ||
  (Buffer.byteLength(name) <= 253 && name.split('.').every((label) => isLabel(Buffer.byteLength(label))));
const isLabel = (bytes: number): boolean => bytes >= 1 && bytes <= 63;

/** Texts of the records of one kind. */
export const textsOf = (lookup: Lookup, type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT'): string[] =>
  lookup.kind === 'found' ? lookup.records.flatMap((record) => (record.type === type ? [record.text] : [])) : [];
