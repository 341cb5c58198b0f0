import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CloudflareClient } from '../../src/cloudflare/client.ts';
import type { CallFailure } from '../../src/cloudflare/failure.ts';
import type { Hostname } from '../../src/terms.ts';
import { AT, answering, bad, good, rawServer, TOKEN, wireHostname } from './raw-server.ts';

const OTHER_ID = '1d89c70d-ad9f-4843-b99f-6cc0252067e9';

type Behaviour = Parameters<typeof rawServer>[0];

/** What an edit fails with where the server behaves so. */
async function failureOf(behaviour: Behaviour, timeoutMs = 10_000): Promise<CallFailure> {
  const { client } = await rawServer(behaviour, { timeoutMs });
  const about = { ...AT, hostname: 'shop.acme-store.net' as Hostname };
  const answer = await client.editHostname(about, { custom_origin_server: 'origin.acme-store.net' });
  if (answer.ok) throw new Error('The call went well.');
  return answer.failure;
}

const html = '<html><body>502 Bad Gateway</body></html>';
const error = (code: number) => bad({ code, message: 'Refused.' });

describe('an answer that is about the row', () => {
  it.each([
    [400, 1434],
    [400, 1468],
    [404, 1436],
    [409, 1406],
    [409, 1439],
    [403, 1405],
    [403, 1413],
    [400, 7003],
    [403, 2005],
    [403, 7003],
  ])('is final for HTTP %i with code %i, and certainly not applied', async (status, code) => {
    expect(await failureOf(answering(status, error(code)))).toMatchObject({
      category: 'final',
      code: `CF_${code}`,
      http_status: status,
      perhaps_applied: false,
    });
  });

  it('says every error, and which place of the request it names', async () => {
    const one = { code: 1434, message: 'Bad. (Code: 1434)', source: { pointer: '/ssl' } };
    const failure = await failureOf(answering(400, bad(one, { code: 1422, message: 'Worse.', source: null })));
    expect(failure).toMatchObject({ code: 'CF_1434', message: 'Bad. (1434, at /ssl); Worse. (1422)' });
  });

  it('has a code and a sentence also where the API names none', async () => {
    expect(await failureOf(answering(422, bad()))).toMatchObject({ category: 'final', code: 'CF_HTTP_422' });
    const odd = await failureOf(answering(400, { success: false, errors: [{ code: 'x', message: 7 }] }));
    expect(odd).toMatchObject({ category: 'final', code: 'CF_HTTP_400', message: expect.stringContaining('400') });
  });

  it('is one of the edge that refuses this body, and says by which ray', async () => {
    const failure = await failureOf(answering(403, html, { 'cf-ray': '8f1e2d3c4b5a6978-FRA' }));
    expect(failure).toMatchObject({ category: 'final', code: 'CF_EDGE_REFUSED', cf_ray: '8f1e2d3c4b5a6978-FRA' });
    expect(failure.message).toContain('8f1e2d3c4b5a6978-FRA');
  });

  it('is a failure under HTTP 200 too, where success is false', async () => {
    expect(await failureOf(answering(200, error(1434)))).toMatchObject({ category: 'final', code: 'CF_1434' });
  });
});

describe('an answer that is about the credential', () => {
  it.each([
    [403, error(10000)],
    [403, error(9109)],
    [401, error(1000)],
    [401, bad()],
    [403, bad()],
    [400, error(6003)],
    [200, error(10000)],
  ])('stops the run: HTTP %i with %j', async (status, body) => {
    expect(await failureOf(answering(status, body))).toMatchObject({ category: 'stop', code: 'CF_UNAUTHORIZED' });
  });
});

describe('an answer about too many calls', () => {
  it.each([
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': '0' }, 0],
    [{}, undefined],
    [{ 'retry-after': 'soon' }, undefined],
  ] as [Record<string, string>, number | undefined][])('says how long to wait: %j', async (headers, wait) => {
    const failure = await failureOf(answering(429, error(971), headers));
    expect(failure).toMatchObject({ category: 'rate_limited', code: 'CF_RATE_LIMITED', perhaps_applied: false });
    expect(failure.retry_after_ms).toBe(wait);
  });

  it('is one also where the connection is lost after its head', async () => {
    const failure = await failureOf((response) => {
      response.writeHead(429, { 'content-length': '500', 'retry-after': '300' });
      response.write('{', () => response.socket?.destroy());
    });
    expect(failure).toMatchObject({ category: 'rate_limited', retry_after_ms: 300_000, perhaps_applied: false });
  });

  it('is one whatever its body is', async () => {
    expect(await failureOf(answering(429, html))).toMatchObject({ category: 'rate_limited' });
  });
});

describe('an answer that leaves in doubt whether the edit was made', () => {
  it.each([
    ['an error of the API', answering(500, error(1500)), 'CF_SERVER_ERROR'],
    ['a page of the edge', answering(502, html), 'CF_EDGE_ERROR'],
    ['HTTP 408', answering(408, error(1)), 'CF_SERVER_ERROR'],
    ['truncated JSON', answering(202, '{"success": true, "result": {"id"'), 'CF_BAD_ANSWER'],
    ['HTML under HTTP 200', answering(200, html), 'CF_BAD_ANSWER'],
    ['nothing at all', answering(202, ''), 'CF_BAD_ANSWER'],
    ['a redirect', answering(302, '', { location: '/login' }), 'CF_BAD_ANSWER'],
    ['success without result', answering(202, good(null)), 'CF_BAD_ANSWER'],
    ['a result of another kind', answering(202, good([wireHostname()])), 'CF_BAD_ANSWER'],
    ['a failure without errors', answering(200, bad()), 'CF_BAD_ANSWER'],
    ['a failure under HTTP 200 for no reason of the row', answering(200, error(1500)), 'CF_BAD_ANSWER'],
    ['about another id', answering(202, good(wireHostname({ id: OTHER_ID }))), 'CF_BAD_ANSWER'],
    ['about another name', answering(202, good(wireHostname({ hostname: 'other.acme-store.net' }))), 'CF_BAD_ANSWER'],
  ] as [string, Behaviour, string][])('is %s', async (_name, behaviour, code) => {
    expect(await failureOf(behaviour)).toMatchObject({ category: 'server', code, perhaps_applied: true });
  });

  it('is a connection reset before any answer', async () => {
    const failure = await failureOf((response) => void response.socket?.resetAndDestroy());
    expect(failure).toMatchObject({ category: 'network', code: 'CF_NETWORK', perhaps_applied: true });
  });

  it('is a connection lost in the middle of the answer', async () => {
    const failure = await failureOf((response) => {
      response.writeHead(202, { 'content-length': '1000' });
      response.write('{"success": true,', () => response.socket?.destroy());
    });
    expect(failure).toMatchObject({ category: 'network', code: 'CF_NETWORK', perhaps_applied: true });
  });

  it.each([
    ['never answers', () => {}],
    ['stops in the middle of its answer', (response) => void response.writeHead(202).write('{')],
  ] as [string, Behaviour][])('is a server that %s', async (_name, behaviour) => {
    const failure = await failureOf(behaviour, 150);
    expect(failure).toMatchObject({ category: 'network', code: 'CF_TIMEOUT', perhaps_applied: true });
    expect(failure.message).toBe('No whole answer came within 0.15 s.');
  });
});

it('A connection refused was certainly not applied', async () => {
  const server = createServer((socket: Socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const baseUrl = `http://127.0.0.1:${address.port}`;
  const client = new CloudflareClient({ baseUrl, credential: { kind: 'token', token: TOKEN } });
  const answer = await client.getHostname(AT);
  await client.close();
  expect(answer).toMatchObject({ ok: false, failure: { category: 'network', perhaps_applied: false } });
});
