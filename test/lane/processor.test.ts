import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloudflareClient } from '../../src/cloudflare/client.ts';
import { laneProcessor } from '../../src/lane/processor.ts';
import { toQueue } from '../../src/lane/queue-value.ts';
import { rowJob } from './jobs.ts';

let calls = 0;
const server = createServer((_, response) => {
  calls++;
  response.writeHead(400).end('{"success":false,"errors":[{"code":1434,"message":"no"}]}');
});
let client: CloudflareClient;
beforeEach(async () => {
  calls = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new CloudflareClient({ baseUrl: `http://127.0.0.1:${port}`, credential: { kind: 'token', token: 't' } });
});
afterEach(async () => {
  await client.close();
  await new Promise((resolve) => server.close(resolve));
});

/** Runs one activation of a job whose lock the queue extends as told; resolves with what was delivered. */
async function activated(locks: number[]): Promise<string[]> {
  const delivered: string[] = [];
  const process = laneProcessor({
    client,
    lane: { rateLimit: async () => {} },
    deliver: async (_, id) => void delivered.push(id),
    random: () => 0.5,
    now: () => 0,
  });
  const queued = { data: toQueue(rowJob()), attemptsStarted: 1, extendLock: async () => locks.shift() ?? 0 };
  await process(queued as unknown as Job, 'token');
  return delivered;
}

describe('a job that was taken over by another worker', () => {
  it('makes no call, when that is seen before it', async () => {
    expect(await activated([0])).toEqual([]);
    expect(calls).toBe(0);
  });

  it('delivers nothing, when that is seen after it', async () => {
    expect(await activated([1, 0])).toEqual([]);
    expect(calls).toBe(1);
  });

  it('is like any other while it is still ours', async () => {
    expect(await activated([1, 1])).toHaveLength(1);
    expect(calls).toBe(1);
  });
});
