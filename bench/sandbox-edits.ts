/**
 * Edits per second that the simulator takes from one keep-alive client, and the memory of its hostnames. Run on a
 * machine at rest: `npm run bench -- sandbox [hostnames] [seconds]`.
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { seedHostnames } from '../src/sandbox/seed-hostnames.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import { SECOND } from '../src/terms.ts';

type Started = Pick<Sandbox, 'url' | 'token' | 'zones'> & { loadMs: number; heapMb: number; rssMb: number };

const MB = 1_048_576;
/** Calls under way at a time: enough to keep both threads busy. */
const CONNECTIONS = 32;

const serve = async (count: number): Promise<void> => {
  const begun = performance.now();
  const { url, token, zones } = await startSandbox({
    plan: 'enterprise',
    no_limits: true,
    hostnames: seedHostnames({ count }),
  });
  const { heapUsed, rss } = process.memoryUsage();
  const started: Started = {
    url,
    token,
    zones,
    loadMs: performance.now() - begun,
    heapMb: heapUsed / MB,
    rssMb: rss / MB,
  };
  parentPort?.postMessage(started);
};

const measure = async (count: number, seconds: number): Promise<void> => {
  const server = new Worker(new URL(import.meta.url), { workerData: count });
  const [started] = (await once(server, 'message')) as [Started];
  const { origin, pathname } = new URL(started.url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const ids = [...seedHostnames({ count: Math.min(count, 20_000) })].map(({ id }) => id);
  const ends = performance.now() + seconds * SECOND;
  let edits = 0;
  const edit = async (): Promise<void> => {
    while (performance.now() < ends) {
      const number = edits++;
      const { statusCode, body } = await pool.request({
        path: `${pathname}/zones/${started.zones[0]?.id}/custom_hostnames/${ids[number % ids.length]}`,
        method: 'PATCH',
        headers: { authorization: `Bearer ${started.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ custom_metadata: { tenant: `t-${number}`, plan: 'pro' } }),
      });
      await body.dump();
      if (statusCode !== 202) throw new Error(`An edit answered ${statusCode}.`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, edit));
  process.stdout.write(
    `${count} hostnames loaded in ${(started.loadMs / SECOND).toFixed(1)} s: ${started.heapMb.toFixed(0)} MB of heap, ` +
      `${started.rssMb.toFixed(0)} MB resident\n${Math.round(edits / seconds)} edits/s over ${CONNECTIONS} connections\n`,
  );
  await pool.close();
  await server.terminate();
};

if (isMainThread) await measure(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 10));
else await serve(Number(workerData));
