import type { Step } from './lookup.ts';
import type { Message, QueryType } from './message.ts';
import { delegationIn, type ZoneCut } from './zone-cut.ts';

/** What the answer of one server of a zone means. */
export type Reply = Told | { kind: 'delegation'; cut: ZoneCut } | Unfit;
/** What a name holds, as a server says that knows. */
export type Told = Exclude<Step, { kind: 'failed' }>;
/** An answer that leaves the question open, so that another server of the zone is asked. */
export type Unfit = { kind: 'unfit'; reason: 'lame' | 'servfail' };

const ANSWERED = new Set(['NOERROR', 'NXDOMAIN']);

/** Reads what a server of `zone` says of a name. Nothing is believed that it does not answer for. */
export function readReply(message: Message, zone: string, name: string, type: QueryType): Reply {
  if (message.rcode === 'SERVFAIL') return { kind: 'unfit', reason: 'servfail' };
  if (!ANSWERED.has(message.rcode)) return { kind: 'unfit', reason: 'lame' };
  if (message.authoritative) {
    const own = answerOf(message, name, type);
    if (own !== undefined) return own;
  }
  const cut = message.rcode === 'NOERROR' ? delegationIn(message, zone, name) : undefined;
  if (cut !== undefined) return { kind: 'delegation', cut };
  if (!message.authoritative) return { kind: 'unfit', reason: 'lame' };
  return { kind: message.rcode === 'NXDOMAIN' ? 'no_name' : 'no_data' };
}

/** The records of a name, or its alias, among the answers; undefined where neither is there. */
export function answerOf(message: Message, name: string, type: QueryType): Told | undefined {
  const own = message.answers.filter((record) => record.name === name);
  const records = own.filter((record) => record.type === type || (record.type === 'RRSIG' && record.covers === type));
  if (records.some((record) => record.type === type)) return { kind: 'found', records };
  for (const record of own) {
    if (record.type === 'CNAME' && type !== 'CNAME') return { kind: 'alias', target: record.text, ttl: record.ttl };
  }
  return undefined;
}
