import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'vitest';

/** Listens on loopback and lets `meet` answer whoever connects. Resolves with its port; gone when the test is over. */
async function listen(context: TestContext, meet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    meet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that takes connections and never says a word. */
export const deafServer = (context: TestContext): Promise<number> => listen(context, () => {});

/** A server that closes every connection at once. */
export const closingServer = (context: TestContext): Promise<number> => listen(context, (socket) => socket.destroy());

/** A server that speaks Redis' protocol and calls itself that version: no package has one that is too old. */
export const redisOfVersion = (context: TestContext, version: string): Promise<number> =>
  listen(context, (socket) => {
    const info = `redis_version:${version}\r\nloading:0\r\n`;
    socket.setEncoding('utf8').on('data', (text: string) => {
      // Each command is an array whose first element names it.
      for (const [, name = ''] of text.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(name.toLowerCase() === 'info' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
