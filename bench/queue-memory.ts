/**
 * Memory of a Redis, and jobs in it, while a large batch runs: `npm run bench -- queue redis://… [rows] [rows a
 * second]`, 100,000 rows and 400 a second unless told otherwise. Starts a simulator, plans one metadata edit a row, and runs
 * `hostroll apply` in a process of its own. One line every 5 s; at the end the most of each. Also tells the time from the
 * start of the command to its first call, before which it reads the whole manifest. The Redis should be empty and used by nobody else.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { laneQueueName } from '../src/lane/lane-job.ts';
import { Queue, Redis } from '../src/queue/bullmq.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import type { SandboxHostname } from '../src/sandbox/load-hostname.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { SECOND } from '../src/terms.ts';

const HOSTROLL = fileURLToPath(new URL('../scripts/hostroll.js', import.meta.url));
const EVERY_MS = 5 * SECOND;
const FIRST_CALL_POLL_MS = 10;
const QUOTA_WINDOW_S = 300;
const MIB = 1024 * 1024;
const name = (at: number): string => `shop-${at + 1}.acme-store.net`;

function* hostnames(rows: number): Generator<SandboxHostname> {
  for (let at = 0; at < rows; at++) yield { hostname: name(at), ssl: {} };
}

function* manifest(rows: number): Generator<string> {
  yield 'hostname,custom_metadata.tier\n';
  for (let at = 0; at < rows; at++) yield `${name(at)},gold\n`;
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0) / MIB;
}

async function main(url: string, rows: number, perSecond: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  const api = await startSandbox({ plan: 'enterprise', no_limits: true, hostnames: hostnames(rows) });
  const backend = await openQueueBackend(url, 'bench');
  const lane = new Queue(laneQueueName('default'), backend.options, backend.factory);
  const redis = new Redis(url);
  const print = (...cells: (string | number)[]) => console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
  try {
    await pipeline(manifest(rows), createWriteStream(join(folder, 'm.csv')));
    const before = await usedMemory(redis);
    const quota = `${Math.ceil((perSecond * QUOTA_WINDOW_S) / 0.8)}/${QUOTA_WINDOW_S}`;
    const env = {
      PATH: process.env.PATH,
      HOSTROLL_QUEUE: url,
      CLOUDFLARE_BASE_URL: api.url,
      CLOUDFLARE_API_TOKEN: api.token,
      CLOUDFLARE_ZONE_ID: api.zones[0]?.id,
    };
    const started = performance.now();
    const args = [HOSTROLL, 'apply', 'm.csv', '--quota', quota, '--wait', '0', '--yes'];
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    while (api.judge().calls.all === 0 && child.exitCode === null) await delay(FIRST_CALL_POLL_MS);
    console.log(`first call after ${((performance.now() - started) / SECOND).toFixed(2)} s`);
    const most = { jobs: 0, mib: 0 };
    print('s', 'edits', 'jobs', 'redis MiB');
    for (let next = EVERY_MS; child.exitCode === null && child.signalCode === null; next += EVERY_MS) {
      await Promise.race([delay(Math.max(0, started + next - performance.now())), ended]);
      const counts = await lane.getJobCounts();
      const jobs = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const mib = (await usedMemory(redis)) - before;
      most.jobs = Math.max(most.jobs, jobs);
      most.mib = Math.max(most.mib, mib);
      print(Math.round((performance.now() - started) / SECOND), api.judge().calls.edit, jobs, mib.toFixed(1));
    }
    const [code] = (await ended) as [number | null];
    const { applied } = api.judge();
    let times = 0;
    for (const count of applied.values()) times = Math.max(times, count);
    console.log(`exit code ${code}; ${applied.size} of ${rows} hostnames edited, ${times} times at most`);
    console.log(`at most ${most.jobs} jobs in the lane and ${most.mib.toFixed(1)} MiB more than before in Redis`);
    const batches = join(folder, '.hostroll', 'batches');
    const [batch = ''] = existsSync(batches) ? readdirSync(batches) : [];
    const ledger = await stat(join(batches, batch, 'ledger.jsonl'));
    console.log(`ledger of ${(ledger.size / MIB).toFixed(1)} MiB`);
    return code ?? 1;
  } finally {
    await lane.close();
    redis.disconnect();
    await backend.close();
    await api.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const [url, rows = '100000', perSecond = '400'] = process.argv.slice(2);
if (url === undefined) console.log('Name an empty Redis: npm run bench -- queue redis://localhost:6379/9');
else process.exitCode = await main(url, Number(rows), Number(perSecond));
