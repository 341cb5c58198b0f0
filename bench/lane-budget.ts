/**
 * Part of a lane's limit that is used while work waits, by queue, rate and number of worker processes. Run on a machine
 * at rest: `npm run bench -- lane [queue URL …]`; without a URL, on each queue that can be had here. The
 * lane is one of its own, whose jobs are removed afterwards. Takes about 15 s for each line.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { callsPerSecond, type LaneLimit, laneConcurrency, laneLimit } from '../src/lane/budget.ts';
import { JOB_OPTIONS, workerOptions } from '../src/lane/queue-options.ts';
import { Queue, Worker } from '../src/queue/bullmq.ts';
import { migrateQueue, openQueueBackend } from '../src/queue/open-queue.ts';
import type { QueueBackend } from '../src/queue/queue-backend.ts';
import { SECOND } from '../src/terms.ts';
import { POSTGRES_SERVER, REDIS, type ServerKind } from '../test/support/servers/server-kinds.ts';
import { publish } from './results.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const QUOTAS = [1_200, 9_000, 60_000].map((calls) => ({ calls, windowSeconds: 300 }));
const SHARE = 0.8;
const WORKERS = [1, 2, 8];
const SPAN_MS = 10 * SECOND;
/** What a call to the API takes. */
const CALL_MS = 150;
/** Time for worker processes to start and stand idle, before there is work. */
const START_MS = 2 * SECOND;

/** Takes jobs and tells when each started, in milliseconds since 1970. */
function work(backend: QueueBackend, lane: string, limit: LaneLimit, onStart: (at: number) => void): Worker {
  const call = async () => {
    onStart(Date.now());
    await delay(CALL_MS);
  };
  const working = { ...workerOptions(backend), concurrency: laneConcurrency(limit) };
  const worker = new Worker(lane, call, working, backend.factory);
  worker.on('error', () => {});
  return worker;
}

/** Calls a second from the first call to the last of the measured span. */
async function measure(backend: QueueBackend, url: string, limit: LaneLimit, workers: number): Promise<number> {
  const lane = `bench-${process.pid}-${Date.now()}`;
  const queue = new Queue(lane, { ...backend.options, defaultJobOptions: JOB_OPTIONS }, backend.factory);
  queue.on('error', () => {});
  const starts: number[] = [];
  const onStart = (at: number): void => void starts.push(at);
  await queue.setGlobalRateLimit(limit.max, limit.durationMs);
  const children: ChildProcess[] = [];
  const own = backend.exclusive ? work(backend, lane, limit, onStart) : undefined;
  for (let number = 0; own === undefined && number < workers; number++) {
    const child = fork(THIS_FILE, ['worker', url, lane, JSON.stringify(limit)]);
    child.on('message', (at) => onStart(Number(at)));
    children.push(child);
  }
  await delay(START_MS);
  const jobs = Math.ceil(callsPerSecond(limit) * (SPAN_MS / SECOND) * 1.5) + workers;
  await queue.addBulk(Array.from({ length: jobs }, (_, number) => ({ name: 'call', data: { number } })));
  await delay(SPAN_MS + SECOND);
  await Promise.all(
    children.map(async (child) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
  await own?.close(true);
  await queue.obliterate({ force: true });
  await queue.close();
  const first = Math.min(...starts);
  const later = starts.filter((at) => at > first && at <= first + SPAN_MS);
  return later.length / ((Math.max(...later) - first) / SECOND);
}

async function measureQueue(url: string): Promise<void> {
  await migrateQueue(url);
  const backend = await openQueueBackend(url, 'bench');
  for (const workers of backend.exclusive ? [1] : WORKERS) {
    for (const quota of QUOTAS) {
      const limit = laneLimit(quota, SHARE);
      const [most, rate] = [callsPerSecond(limit), await measure(backend, url, limit, workers)];
      const [queue] = url.split(':');
      const used = `${((100 * rate) / most).toFixed(1)} %`;
      table.push({ queue, workers, 'limit/s': most.toFixed(2), 'calls/s': rate.toFixed(2), used });
    }
  }
  await backend.close();
}

/** What a worker process of `measure` runs, until it is killed. */
async function workFor([url = '', lane = '', limit = '']: string[]): Promise<void> {
  work(await openQueueBackend(url, 'bench'), lane, JSON.parse(limit) as LaneLimit, (at) => void process.send?.(at));
}

async function measureEmbedded(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  await measureQueue(`embedded:${folder}`);
  await rm(folder, { recursive: true, force: true });
}

async function measureServer(kind: ServerKind): Promise<void> {
  const server = await kind.startPrivate?.({ fsync: true });
  if (server === undefined) return;
  await measureQueue(server.url);
  await server.remove();
}

const table: Record<string, string | number | undefined>[] = [];
const [first, ...others] = process.argv.slice(2);
if (first === 'worker') await workFor(others);
else {
  if (first !== undefined) for (const url of [first, ...others]) await measureQueue(url);
  else {
    await measureEmbedded();
    await measureServer(REDIS);
    await measureServer(POSTGRES_SERVER);
  }
  await publish('lane', 'part of a lane’s limit that is used while work waits', table);
}
