import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../config/address.ts';
import { HostrollError } from '../terms.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`; `/healthz`, which says that the process is alive; `/readyz`, whether it can work. Throws
 * `ADDRESS_REFUSED`.
 */
export async function serveMetrics(
  { host, port }: Address,
  { metrics, isReady }: { metrics: Metrics; isReady(): Promise<boolean> },
): Promise<MetricsServer> {
  const pages: Record<string, (answer: ServerResponse) => Promise<void>> = {
    '/metrics': async (answer) => {
      const text = await metrics.text();
      answer.setHeader('content-type', metrics.contentType).end(text);
    },
    '/healthz': async (answer) => void answer.end('ok\n'),
    '/readyz': async (answer) => {
      const ready = await isReady();
      answer.writeHead(ready ? 200 : 503).end(ready ? 'ready\n' : 'the queue does not answer\n');
    },
  };
  const server = createServer(({ method, url = '' }, answer) => {
    answer.setHeader('content-type', 'text/plain; charset=utf-8');
    const page = pages[url.split('?', 1)[0] ?? ''];
    if (method !== 'GET' && method !== 'HEAD') answer.writeHead(405, { allow: 'GET, HEAD' }).end();
    else if (page === undefined) answer.writeHead(404).end('There are /metrics, /healthz and /readyz.\n');
    else page(answer).catch(() => answer.writeHead(500).end());
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: Error) => {
    const message = `Metrics cannot be served on ${host}:${port} (${error.message}); name another address.`;
    throw new HostrollError('ADDRESS_REFUSED', message, { cause: error });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
