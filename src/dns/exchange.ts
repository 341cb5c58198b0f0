import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { decodeAnswer, encodeQuery, type Message, type Query } from './message.ts';
import type { ServerAddress } from './server-address.ts';

/** What came of one question to one server; `unreachable` where this machine or the network refused to send it. */
export type Exchanged = { ok: true; message: Message } | { ok: false; reason: 'timeout' | 'unreachable' };

/** Codes of a server that stumbles over EDNS (RFC 6891, section 7). */
const NO_EDNS = new Set(['FORMERR', 'NOTIMP']);
const LENGTH_BYTES = 2;

/**
 * Asks one server once: over UDP from a random port, over TCP where the answer was cut, without EDNS where the server
 * does not know it. Whatever is no answer to this very question is ignored, as anybody could have sent it.
 */
export async function exchange(server: ServerAddress, query: Query, timeoutMs: number): Promise<Exchanged> {
  const first = await overUdp(server, query, timeoutMs);
  if (!first.ok) return first;
  if (first.message.truncated) return overTcp(server, query, timeoutMs);
  if (NO_EDNS.has(first.message.rcode) && !query.plain) {
    return exchange(server, { ...query, plain: true }, timeoutMs);
  }
  return first;
}

function overUdp({ address, port }: ServerAddress, query: Query, timeoutMs: number): Promise<Exchanged> {
  return new Promise((resolve) => {
    const { id, bytes } = encodeQuery(query);
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (exchanged: Exchanged) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
      resolve(exchanged);
    };
    const timer = setTimeout(() => end({ ok: false, reason: 'timeout' }), timeoutMs);
    socket.on('error', () => end({ ok: false, reason: 'unreachable' }));
    socket.on('message', (data) => {
      const message = decodeAnswer(data, id, query);
      if (message !== undefined) end({ ok: true, message });
    });
    // Connected, so that the system drops what comes from anywhere else. A callback of its own would be called with the
    // error where no way leads there (IPv6 on a machine without it).
    socket.on('connect', () => socket.send(bytes));
    socket.connect(port, address);
  });
}

function overTcp({ address, port }: ServerAddress, query: Query, timeoutMs: number): Promise<Exchanged> {
  return new Promise((resolve) => {
    const { id, bytes } = encodeQuery(query);
    const socket = connect({ host: address, port });
    let received = Buffer.alloc(0);
    const end = (exchanged: Exchanged) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(exchanged);
    };
    const timer = setTimeout(() => end({ ok: false, reason: 'timeout' }), timeoutMs);
    socket.on('error', () => end({ ok: false, reason: 'unreachable' }));
    socket.on('end', () => end({ ok: false, reason: 'unreachable' }));
    socket.on('connect', () => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([length, bytes]));
    });
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < LENGTH_BYTES || received.length < LENGTH_BYTES + received.readUInt16BE(0)) return;
      const answer = received.subarray(LENGTH_BYTES, LENGTH_BYTES + received.readUInt16BE(0));
      const message = decodeAnswer(answer, id, query);
      end(message === undefined ? { ok: false, reason: 'unreachable' } : { ok: true, message });
    });
  });
}
