import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Job, RateLimitError } from 'bullmq';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CloudflareClient } from '../../src/cloudflare/client.ts';
import type { LaneResult } from '../../src/lane/lane-result.ts';
import { laneProcessor } from '../../src/lane/processor.ts';
import { type QueueValue, toQueue } from '../../src/lane/queue-value.ts';
import { HOUR } from '../../src/terms.ts';
import { bad, good, ID, TOKEN, wireHostname } from '../cloudflare/raw-server.ts';
import { rowJob } from '../lane/jobs.ts';
import { anyJson, fuzzing } from './fuzz.ts';

/** What the API answers to one call: any status, head and body that the wire can carry. */
interface Given {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const applied = wireHostname({ ssl: { id: ID, type: 'dv', method: 'txt', status: 'active', settings: {} } });
const other = '11111111-2222-4333-8444-555555555555';
/** Objects that look like what was asked for. */
const nearly = fc.constantFrom(
  applied,
  wireHostname(),
  wireHostname({ id: other, ssl: { type: 'dv', method: 'txt', status: 'active' } }),
  wireHostname({ hostname: 'else.acme-store.net', ssl: { type: 'dv', method: 'txt', status: 'active' } }),
  wireHostname({ ssl: null }),
  null,
  [],
);
const results = fc.oneof(nearly, anyJson('id', 'hostname', 'status', 'ssl', 'custom_metadata'));
const errors = fc.array(
  fc.record({
    code: fc.constantFrom(0, 971, 1000, 1404, 1434, 1459, 1500, 2005, 9109, 10000, -1, 1e9),
    message: fc.string(),
  }),
  {
    maxLength: 2,
  },
);
const bodies = fc.oneof(
  results.map((result) => JSON.stringify(good(result))),
  errors.map((all) => JSON.stringify(bad(...all))),
  anyJson('success', 'errors', 'result', 'messages').map((json) => JSON.stringify(json)),
  fc.constantFrom('', '<html>403</html>', '{', '\u0000', `{"success":true,"result":${'['.repeat(2_000)}`),
);
const seconds = fc.oneof(
  fc.constantFrom('0', '-1', '9999999999999', '1e300', 'NaN', 'tomorrow', ''),
  fc.nat(400).map(String),
);
const heads = fc.oneof(
  fc.constant({}),
  seconds.map((wait) => ({ 'retry-after': wait })),
  seconds.map((wait) => ({ ratelimit: `"default";r=0;t=${wait}`, 'ratelimit-policy': '"default";q=1200;w=300' })),
);
const lying: fc.Arbitrary<Given> = fc.record({
  status: fc.constantFrom(200, 202, 500),
  headers: fc.constant({}),
  body: nearly.map((result) => JSON.stringify(good(result))),
});
const wild: fc.Arbitrary<Given> = fc.record({
  status: fc.constantFrom(200, 202, 204, 301, 400, 401, 403, 404, 408, 409, 429, 500, 502, 504, 530),
  headers: heads as fc.Arbitrary<Record<string, string>>,
  body: bodies,
});

const given = fc.oneof(lying, wild);

let script: Given[] = [];
const sent: { method: string; body: string }[] = [];
/** What the last call was answered. */
let last: Given | undefined;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  sent.push({ method: request.method ?? '', body });
  last = script.shift() ?? { status: 202, headers: {}, body: JSON.stringify(good(applied)) };
  response.writeHead(last.status, last.headers).end(last.body);
});
let client: CloudflareClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
  client = new CloudflareClient({ baseUrl, credential: { kind: 'token', token: TOKEN } });
});
afterAll(async () => {
  server.closeAllConnections();
  await client.close();
  server.close();
});

/** More than a row is ever tried, cooling left out, which costs no try. */
const MOST_ACTIVATIONS = 60;

/** Activates a job until it is done, as a queue does. */
async function carriedOut(answers: Given[]): Promise<{ delivered: LaneResult[]; waits: number[] }> {
  script = [...answers];
  sent.length = 0;
  const delivered: LaneResult[] = [];
  const waits: number[] = [];
  let data: QueueValue = toQueue(rowJob());
  const activate = laneProcessor({
    alone: false,
    lockMs: 30_000,
    client,
    lane: {
      name: 'default',
      queue: { getRateLimitTtl: async () => 0, rateLimit: async (wait: number) => void waits.push(wait) },
    },
    openBundle: () => Promise.reject(new TypeError('No row here brings a bundle.')),
    log: { error: () => {}, warn: () => {}, debug: () => {} },
    deliver: async (_batch, result) => void delivered.push(result),
    random: () => 0.5,
    now: () => 0,
  });
  for (let started = 1; started <= MOST_ACTIVATIONS; started++) {
    const queued = {
      data,
      attemptsStarted: started,
      stalledCounter: 0,
      extendLock: async () => 1,
      updateData: async (kept: QueueValue) => {
        data = kept;
      },
      moveToDelayed: async (until: number) => void waits.push(until),
    };
    const end = await activate(queued as unknown as Job, 'token').catch((error: unknown) => error as Error);
    if (end === undefined) return { delivered, waits };
    if (!(end instanceof RateLimitError) && end.constructor.name !== 'DelayedError') throw end;
  }
  throw new Error('The row is tried for ever.');
}

it('whatever the API answers, a row ends; waits are bounded; nothing but its change is sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(given, { maxLength: 14 }), async (answers) => {
      const { delivered, waits } = await carriedOut(answers);
      const ends = delivered.filter(({ kind }) => kind !== 'cooling');
      expect(ends).toHaveLength(1);
      for (const wait of waits) expect(wait).toBeLessThanOrEqual(HOUR);
      for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(0);
      for (const { method, body } of sent) {
        expect(['GET', 'PATCH']).toContain(method);
        if (method === 'PATCH') expect(JSON.parse(body)).toEqual({ ssl: { type: 'dv', method: 'txt' } });
      }
    }),
    fuzzing(),
  );
});

it('no row is edited without an answer about it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(given, { maxLength: 6 }), async (answers) => {
      const { delivered } = await carriedOut(answers);
      const [end] = delivered.filter(({ kind }) => kind === 'row');
      if (end?.kind !== 'row' || end.outcome !== 'edited') return;
      const { success, result } = JSON.parse(last?.body ?? '') as {
        success: boolean;
        result: { id: string; hostname: string };
      };
      expect({ success, id: result.id, hostname: result.hostname }).toEqual({
        success: true,
        id: ID,
        hostname: 'shop.acme-store.net',
      });
    }),
    fuzzing(),
  );
});
