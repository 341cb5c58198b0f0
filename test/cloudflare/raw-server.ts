import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ClientOptions, CloudflareClient } from '../../src/cloudflare/client.ts';
import type { CustomHostnameId, ZoneId } from '../../src/terms.ts';

export const TOKEN = 'tok_9f8e7d6c5b4a39281706f5e4d3c2b1a0';
export const ZONE = '0123456789abcdef0123456789abcdef' as ZoneId;
export const ID = '0d89c70d-ad9f-4843-b99f-6cc0252067e9' as CustomHostnameId;

/** Where a call for it goes. */
export const AT = { zone_id: ZONE, id: ID };

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RawServer {
  baseUrl: string;
  seen: SeenRequest[];
  client: CloudflareClient;
}

/** Starts a server that answers every request by `answer`, and a client of it; both end with the test. */
export async function rawServer(
  answer: (response: ServerResponse, request: SeenRequest) => void,
  options: Partial<ClientOptions> = {},
): Promise<RawServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const each = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(each);
    answer(response, each);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
  const client = new CloudflareClient({ baseUrl, credential: { kind: 'token', token: TOKEN }, ...options });
  onTestFinished(async () => {
    server.closeAllConnections();
    await Promise.all([client.close(), new Promise((resolve) => server.close(resolve))]);
  });
  return { baseUrl, seen, client };
}

/** An answer with this status and body: text as it is, anything else as JSON. */
export const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** A good envelope around `result`. */
export const good = (result: unknown, more: object = {}): object => ({
  success: true,
  errors: [],
  messages: [],
  result,
  ...more,
});

/** A failed envelope with `errors`. */
export const bad = (...errors: object[]): object => ({ success: false, errors, messages: [], result: null });

/** A custom hostname as the API sends it. */
export const wireHostname = (more: object = {}): object => ({
  id: ID,
  hostname: 'shop.acme-store.net',
  status: 'active',
  ssl: { id: ID, type: 'dv', method: 'http', status: 'active', settings: {} },
  ...more,
});
