import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HostrollError } from '../terms.ts';
import type { Clock } from './clock.ts';
import { type Control, controlOf } from './control.ts';
import { controlHandler } from './control-paths.ts';
import { CustomerSide } from './customer-side.ts';
import { Exchange } from './exchange.ts';
import { newWorld } from './new-world.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { serveDns } from './serve-dns.ts';
import { watchDns } from './watch-dns.ts';
import type { World } from './world.ts';

/** A running simulator. */
export interface Sandbox extends Control {
  /** Base of the API, without a slash at its end: `http://127.0.0.1:<port>/client/v4`. */
  url: string;
  /** Base of the control paths: `http://127.0.0.1:<port>/__sandbox`. */
  controlUrl: string;
  token: string;
  email: string;
  key: string;
  zones: readonly { id: string; name: string }[];
  clock: Clock;
  /** Ends every connection and wait. */
  close(): Promise<void>;
}

/** Hosts under which the simulator itself is called; others are its customers' web servers. */
const OWN_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost']);
const API_BASE = '/client/v4/';
const CONTROL_BASE = '/__sandbox/';
/** Longer than clients keep a connection, so that none is closed under a call that is on its way. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Starts a simulator of the custom hostnames API on loopback. What calls bring about happens in `twin`, too, whose customers
 * may do something else. Throws HostrollError for options that contradict each other, and `SANDBOX_PORT` where the port is
 * taken.
 */
export async function startSandbox(options: SandboxOptions = {}, twin?: World): Promise<Sandbox> {
  const world = newWorld(options);
  const control = controlOf(world, options.rate_limit?.window_ms);
  const ending = new AbortController();
  // One for every call that waits: many are no leak.
  setMaxListeners(0, ending.signal);
  const exchange = new Exchange(world, options.latency, ending.signal, twin);
  const answerControl = controlHandler(world, control);
  const { resolver: resolvers = [] } = options;
  const watching =
    resolvers.length === 0 ? undefined : watchDns(control, { resolvers, zones: world.zones }, ending.signal);

  const customers = options.serve_customers ? new CustomerSide(world) : undefined;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const { url = '/' } = request;
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
    if (customers !== undefined && !OWN_HOSTS.has(host)) {
      const page = customers.page(host, url);
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(page ?? 'Not found.');
      return;
    }
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
    const answered = path.startsWith(CONTROL_BASE)
      ? answerControl(request, response, path.slice(CONTROL_BASE.length), query)
      : exchange.answer(
          request,
          response,
          path.startsWith(API_BASE) ? path.slice(API_BASE.length).split('/') : [],
          query,
        );
    answered.catch((error: unknown) => {
      // Either the other side went away while it was still sending, or the simulator itself is at fault and says so.
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
  });
  const wanted = options.port ?? 0;
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening').catch((cause: Error) => {
    throw new HostrollError('SANDBOX_PORT', `Port ${wanted} of 127.0.0.1 cannot be had: ${cause.message}.`, { cause });
  });
  const { port } = server.address() as AddressInfo;
  const { token, email, key } = world.credentials;
  const endDns = customers === undefined ? undefined : await serveDns(customers, port);

  return {
    ...control,
    url: `http://127.0.0.1:${port}/client/v4`,
    controlUrl: `http://127.0.0.1:${port}/__sandbox`,
    token,
    email,
    key,
    zones: world.zones.map(({ id, name }) => ({ id, name })),
    clock: world.clock,
    async close() {
      if (ending.signal.aborted) return;
      ending.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, watching, endDns?.()]);
    },
  };
}
