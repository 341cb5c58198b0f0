import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import { fetchPage } from '../../src/dcv/fetch-page.ts';
import { Recursive } from '../../src/dns/recursive.ts';
import { parseServerAddress } from '../../src/dns/server-address.ts';
import { dnsProgramsFor } from '../support/servers/found-dns.ts';
import { freePort } from '../support/servers/free-port.ts';
import { type KnotServer, startKnot } from '../support/servers/knot-server.ts';
import { waiting } from './live-hostname.ts';

const programs = dnsProgramsFor('tokens on a real web server');

const TOKEN = 'token.thumbprint';
const HOSTS = ['127.0.0.1', '169.254.169.254', '10.0.0.1', '100.64.0.1', '198.51.100.7'];
const ZONE = [
  '$ORIGIN acme-store.net.\n$TTL 5\n@ SOA ns hostmaster 1 3600 600 86400 5\n@ NS ns\n@ CAA 0 issue "pki.goog"\nns A 127.0.0.1\nweb A 127.0.0.1',
  ...HOSTS.map((address, at) => `at-${at} A ${address}`),
  'inside A 127.0.0.2\nsix AAAA ::1\nmapped AAAA ::ffff:127.0.0.1\n',
].join('\n');

describe.runIf(programs)('a token that is to be served over HTTP', () => {
  let dns: KnotServer;
  let port: number;
  let connections = 0;
  const pages = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  const web = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    if (page !== undefined) return page(request, response);
    response.writeHead(404).end('nothing here');
  });
  beforeAll(async () => {
    if (programs === undefined) return;
    web.on('connection', () => connections++);
    await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
    port = (web.address() as AddressInfo).port;
    const zones = [{ name: 'acme-store.net', text: ZONE }];
    dns = await startKnot(programs, { address: '127.0.0.1', port: await freePort(), zones });
  });
  beforeEach(() => {
    connections = 0;
    pages.clear();
  });
  afterAll(async () => {
    web.closeAllConnections();
    web.close();
    await dns?.remove();
  });

  const look = async (host: string, { allowPrivate = true } = {}) => {
    const doctor = new Doctor({ resolvers: [`127.0.0.1:${dns.port}`], httpPort: port, allowPrivate });
    const records = [{ status: 'pending', http_url: `http://${host}/token`, http_body: TOKEN }];
    const { verdict, who, evidence } = await doctor.examine(
      waiting(host, { method: 'http', validation_records: records, dcv_delegation_records: [] }),
    );
    await doctor.close();
    return { verdict, who, http: evidence.find(({ looked_at }) => looked_at === 'http') };
  };
  const serve = (path: string, status: number, body: string, headers = {}) =>
    pages.set(path, (_, response) => void response.writeHead(status, headers).end(body));

  it('is ready where it stands, white space behind it aside', async () => {
    serve('/token', 200, `${TOKEN}\r\n`);
    expect(await look('web.acme-store.net')).toMatchObject({ verdict: 'ready', who: 'cloudflare' });
  });

  it('is missing where nothing is', async () => {
    expect(await look('web.acme-store.net')).toMatchObject({ verdict: 'missing', who: 'customer' });
  });

  it.each([
    ['another body', 200, 'the old token', ['HTTP 200', 'the old token']],
    ['another status', 403, 'keep out', ['HTTP 403', 'keep out']],
  ])('is wrong with %s, and both are shown', async (_name, status, body, found) => {
    serve('/token', status, body);
    expect(await look('web.acme-store.net')).toMatchObject({
      verdict: 'wrong',
      http: { expected: [TOKEN], found },
    });
  });

  it('is wrong where a page of megabytes stands, of which little is read', async () => {
    serve('/token', 200, 'x'.repeat(4_000_000));
    const { verdict, http } = await look('web.acme-store.net');
    expect([verdict, (http?.found?.[1] ?? '').length < 200]).toEqual(['wrong', true]);
    expect(http?.note).toContain('a long one');
  });

  it('is found behind three redirects, and not behind a fourth', async () => {
    const chain = (length: number) => {
      for (let at = 0; at < length; at++) {
        const location = at === length - 1 ? '/end' : `/hop-${at + 1}`;
        serve(at === 0 ? '/token' : `/hop-${at}`, 302, '', { location });
      }
      serve('/end', 200, TOKEN);
    };
    chain(3);
    expect(await look('web.acme-store.net')).toMatchObject({ verdict: 'ready' });
    chain(4);
    expect(await look('web.acme-store.net')).toMatchObject({ verdict: 'wrong', http: { verdict: 'wrong' } });
  });

  it.each(['ftp://web.acme-store.net/token', 'http://web.acme-store.net:22/token'])(
    'is not followed to %s',
    async (location) => {
      serve('/token', 302, '', { location });
      const { verdict, http } = await look('web.acme-store.net');
      expect([verdict, http?.note]).toEqual(['wrong', expect.stringContaining('neither http on port 80')]);
      expect(connections).toBe(1);
    },
  );

  it.each([...HOSTS.slice(0, 4).map((_, at) => `at-${at}`), 'six', 'mapped'])(
    'makes no connection to an address that is not public (%s)',
    async (label) => {
      serve('/token', 200, TOKEN);
      const { verdict, http } = await look(`${label}.acme-store.net`, { allowPrivate: false });
      expect([verdict, connections]).toEqual(['wrong', 0]);
      expect(http?.note).toContain('not on the public Internet');
    },
  );

  it('is not followed from an address that may be connected to, to one that may not', async () => {
    const other = createServer((_, response) => response.end(TOKEN));
    let reached = 0;
    other.on('connection', () => reached++);
    await new Promise<void>((listening) => other.listen(port, '127.0.0.2', listening));
    try {
      serve('/token', 302, '', { location: 'http://inside.acme-store.net/token' });
      const names = new Recursive([parseServerAddress(`127.0.0.1:${dns.port}`)]);
      const rules = { httpPort: port, httpsPort: 443, mayConnect: (address: string) => address === '127.0.0.1' };
      const fetched = await fetchPage(names, 'http://web.acme-store.net/token', rules);
      expect(fetched).toMatchObject({ kind: 'refused', url: 'http://inside.acme-store.net/token' });
      expect([connections, reached]).toEqual([1, 0]);
      // Where it may be connected to it is.
      const open = await fetchPage(names, 'http://web.acme-store.net/token', { ...rules, mayConnect: () => true });
      expect([open.kind, reached]).toEqual(['page', 1]);
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });
});
