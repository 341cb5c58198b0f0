import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import packet, { type Answer, type DecodedPacket, type RecordType } from 'dns-packet';
import { HostrollError } from '../terms.ts';
import type { CustomerSide, Held } from './customer-side.ts';

/** Seconds: short, as facts change with the clock of the simulator. */
const TTL = 1;

/**
 * Answers DNS over UDP on 127.0.0.1 for the customers of a simulator: as the root and every zone below it at once, and as
 * a resolver. A name without records has no data; none is said not to exist. Throws `SANDBOX_PORT`. Resolves with what ends it.
 */
export async function serveDns(customers: CustomerSide, port: number): Promise<() => Promise<void>> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { address, port: from }) => {
    const reply = replyTo(bytes, customers);
    if (reply !== undefined) socket.send(reply, from, address);
  });
  const listening = once(socket, 'listening');
  socket.bind(port, '127.0.0.1');
  await listening.catch((cause: Error) => {
    throw new HostrollError('SANDBOX_PORT', `UDP port ${port} of 127.0.0.1 cannot be had: ${cause.message}.`, {
      cause,
    });
  });
  socket.on('error', () => {});
  return async () => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
}

function replyTo(bytes: Buffer, customers: CustomerSide): Buffer | undefined {
  let query: DecodedPacket;
  try {
    query = packet.decode(bytes);
  } catch {
    return undefined;
  }
  const [question] = query.questions ?? [];
  if (query.type !== 'query' || question === undefined) return undefined;
  const name = question.name.toLowerCase().replace(/\.$/, '');
  return packet.encode({
    type: 'response',
    id: query.id ?? 0,
    flags: packet.AUTHORITATIVE_ANSWER | packet.RECURSION_AVAILABLE,
    questions: [question],
    answers: name === '' ? rootAnswers(question.type) : answersAt(name, question.type, customers),
  });
}

/** Of the root it is known who serves it, which tells those who ask that anything answers. */
const rootAnswers = (type: RecordType): Answer[] =>
  type === 'NS' ? [{ type: 'NS', name: '.', ttl: TTL, data: 'ns.sandbox' }] : [];

function answersAt(name: string, type: RecordType, customers: CustomerSide): Answer[] {
  const held = customers.records(name);
  if (held === undefined) return [];
  const { CNAME: alias } = held;
  if (alias === undefined) return recordsOf(name, type, held);
  const answer: Answer = { type: 'CNAME', name, ttl: TTL, data: alias };
  // What an alias leads to is told along with it, as resolvers do.
  return type === 'CNAME' ? [answer] : [answer, ...answersAt(alias, type, customers)];
}

function recordsOf(name: string, type: RecordType, { A = [], TXT = [], CAA = [] }: Held): Answer[] {
  if (type === 'A') return A.map((data) => ({ type: 'A', name, ttl: TTL, data }));
  if (type === 'TXT') return TXT.map((data) => ({ type: 'TXT', name, ttl: TTL, data }));
  if (type === 'CAA') return CAA.map((data) => ({ type: 'CAA', name, ttl: TTL, data: { flags: 0, ...data } as never }));
  return [];
}
