import { randomInt } from 'node:crypto';
import type { Answer, DecodedPacket } from 'dns-packet';
import { late } from '../disk/late.ts';

const packet = late<typeof import('dns-packet')>('dns-packet');

export type QueryType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'CAA' | 'NS' | 'SOA' | 'DS' | 'DNSKEY';

export interface Query {
  name: string;
  type: QueryType;
  /** Ask the server to find out (RD), which only a resolver does. */
  recurse?: boolean;
  /** Ask a resolver not to check DNSSEC (CD). */
  unchecked?: boolean;
  /** Ask for signatures (DO). */
  signed?: boolean;
  /** Leave EDNS out, for servers that do not know it. */
  plain?: boolean;
}

interface Common {
  /** Lower case, no trailing dot. */
  name: string;
  /** Seconds. */
  ttl: number;
}
/** A record of one of the kinds that are looked at. */
export type DnsRecord = Common &
  (
    | { type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT'; text: string }
    | { type: 'CAA'; critical: boolean; tag: string; value: string }
    | { type: 'DS'; keyTag: number; algorithm: number; digestType: number; digest: string }
    | { type: 'DNSKEY'; flags: number; algorithm: number; key: Buffer }
    | { type: 'RRSIG'; covers: string; keyTag: number; inception: number; expiration: number }
    | { type: 'SOA' }
  );

/** A checked answer of one server. */
export interface Message {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  rcode: string;
  authoritative: boolean;
  truncated: boolean;
  answers: DnsRecord[];
  authorities: DnsRecord[];
  additionals: DnsRecord[];
}

/** Fits every path without fragments (https://www.dnsflagday.net/2020/). */
const UDP_PAYLOAD = 1_232;
const RD = 0x0100;
const CD = 0x0010;

/** A query in wire form under a random id. */
export function encodeQuery({ name, type, recurse, unchecked, signed, plain }: Query): { id: number; bytes: Buffer } {
  const id = randomInt(0x10000);
  const bytes = packet().encode({
    type: 'query',
    id,
    flags: (recurse ? RD : 0) | (unchecked ? CD : 0),
    questions: [{ name: name || '.', type, class: 'IN' }],
    additionals: plain
      ? []
      : [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: UDP_PAYLOAD,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: signed ? packet().DNSSEC_OK : 0,
            flag_do: signed === true,
            options: [],
          },
        ],
  });
  return { id, bytes };
}

/** Reads an answer; undefined where it is malformed, or no answer to this query under this id. */
export function decodeAnswer(bytes: Buffer, id: number, query: Query): Message | undefined {
  // Whatever bytes somebody sends, they are read or they are not.
  try {
    return messageOf(packet().decode(bytes), id, query);
  } catch {
    return undefined;
  }
}

function messageOf(decoded: DecodedPacket, id: number, query: Query): Message | undefined {
  const [question, ...others] = decoded.questions ?? [];
  if (decoded.type !== 'response' || decoded.id !== id || question === undefined || others.length > 0) return undefined;
  if (normalName(question.name) !== normalName(query.name) || question.type !== query.type) return undefined;
  if (question.class !== undefined && question.class !== 'IN') return undefined;
  return {
    rcode: rcodeOf(decoded),
    authoritative: decoded.flag_aa,
    truncated: decoded.flag_tc,
    answers: records(decoded.answers),
    authorities: records(decoded.authorities),
    additionals: records(decoded.additionals),
  };
}

/** Names as they are compared: lower case, no trailing dot; the root is empty. */
export const normalName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Whether `name` is `zone` or lies below it. */
export const isWithin = (name: string, zone: string): boolean =>
  zone === '' || name === zone || name.endsWith(`.${zone}`);

const rcodeOf = (decoded: DecodedPacket): string => String((decoded as { rcode?: string }).rcode ?? 'NOERROR');

const records = (answers: readonly Answer[] | undefined): DnsRecord[] =>
  (answers ?? []).map(recordOf).filter((record) => record !== undefined);

function recordOf(answer: Answer): DnsRecord | undefined {
  const common = { name: normalName(answer.name), ttl: ('ttl' in answer ? answer.ttl : undefined) ?? 0 };
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return { ...common, type: answer.type, text: answer.data };
    case 'CNAME':
    case 'NS':
      return { ...common, type: answer.type, text: normalName(answer.data) };
    case 'TXT': {
      // One value may come in several strings; they belong together without a gap (RFC 7208, section 3.3).
      const parts = [answer.data].flat().map((part) => Buffer.from(part));
      return { ...common, type: 'TXT', text: Buffer.concat(parts).toString('utf8') };
    }
    case 'CAA': {
      const { flags = 0, tag, value } = answer.data;
      return { ...common, type: 'CAA', critical: (flags & 0x80) !== 0, tag: tag.toLowerCase(), value: String(value) };
    }
    case 'DS':
      return { ...common, type: 'DS', ...answer.data, digest: answer.data.digest.toString('hex') };
    case 'DNSKEY':
      return { ...common, type: 'DNSKEY', ...answer.data };
    case 'RRSIG': {
      const { typeCovered, keyTag, inception, expiration } = answer.data;
      return { ...common, type: 'RRSIG', covers: typeCovered, keyTag, inception, expiration };
    }
    case 'SOA':
      return { ...common, type: 'SOA' };
    default:
      return undefined;
  }
}
