import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A network between a process and its server, which a test can cut. */
export interface CutProxy {
  port: number;
  /** Breaks every connection, and lets no new one through until `mend`. */
  cut(): void;
  mend(): void;
  /** Whether it holds back what clients send, as more has come than it lets through. */
  holds(): boolean;
  close(): Promise<void>;
}

/** Starts a proxy to `port` of 127.0.0.1, which lets through `most` bytes that clients send. */
export async function cutProxy(port: number, { most = Number.POSITIVE_INFINITY } = {}): Promise<CutProxy> {
  let sent = 0;
  const metered = () =>
    new Transform({
      transform(bytes: Buffer, _, pass) {
        sent += bytes.length;
        if (sent <= most) pass(null, bytes);
      },
    });
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (socket === client) socket.pipe(metered()).pipe(other);
      else socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      breakAll();
    },
    mend: () => {
      isCut = false;
    },
    holds: () => sent > most,
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
