/**
 * Edits a second, processor time and memory of hostroll on each queue against the official client in a loop with 50 calls
 * side by side, all in one run: `npm run bench -- edits [--rows 4000] [--rounds 1] [--only sdk,embedded]`. The simulator is
 * a process of its own and answers after 1 ms. Each contender edits every hostname once, which is checked. Between the
 * first and the last edit is measured, and the time from the command to the first. Linux only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { migrateQueue } from '../src/queue/open-queue.ts';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS, type ServerKind } from '../test/support/servers/server-kinds.ts';
import { familyMs, peakMb, processorMs } from './process-cost.ts';
import { publish } from './results.ts';
import { hostnameAt, idAt, type Simulator, startSimulator } from './simulator.ts';

const HOSTROLL = fileURLToPath(new URL('../scripts/hostroll.js', import.meta.url));
const SDK = fileURLToPath(new URL('../../bench/rivals/sdk.js', import.meta.url));
const SIDE_BY_SIDE = '50';
/** Far more than anything here reaches. */
const QUOTA = ['--quota', '3000000/300'];

/** Of what a process said, as much is shown where it fails. */
const SAID = 2_000;

interface Contender {
  name: string;
  queue?: ServerKind;
  /** `hostroll work` beside the coordinator. */
  workers?: number;
}

const CONTENDERS: Contender[] = [
  { name: 'sdk' },
  { name: 'embedded', queue: EMBEDDED },
  { name: 'redis', queue: REDIS },
  { name: 'redis+1', queue: REDIS, workers: 1 },
  { name: 'postgres', queue: POSTGRES_SERVER },
  { name: 'postgres+1', queue: POSTGRES_SERVER, workers: 1 },
];

interface Measured {
  edits_s: number;
  cpu_ms: number;
  server_cpu_ms?: number;
  peak_mb: number;
  first_call_s: number;
}

async function measure({ queue, workers = 0 }: Contender, rows: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  const numbers = [...Array(rows).keys()];
  await writeFile(
    join(folder, 'm.csv'),
    `hostname,custom_metadata.tier\n${numbers.map((at) => `${hostnameAt(at)},gold\n`).join('')}`,
  );
  await writeFile(join(folder, 'ids'), numbers.map(idAt).join('\n'));
  const server = await queue?.startPrivate?.({ fsync: true });
  const serverPid = server?.pid();
  const api = await startSimulator(rows);
  const env = envOf(api, server?.url);
  const others: ChildProcess[] = [];
  try {
    if (server !== undefined) await migrateQueue(server.url);
    for (let number = 0; number < workers; number++) {
      const args = [HOSTROLL, 'work', ...QUOTA, '--concurrency', SIDE_BY_SIDE];
      others.push(spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' }));
    }
    if (workers > 0) await new Promise((resolve) => setTimeout(resolve, 3 * SECOND));
    const args =
      queue === undefined ? [SDK, 'ids', SIDE_BY_SIDE] : [HOSTROLL, 'apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes'];
    const profile =
      process.env.BENCH_PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`];
    const begun = performance.now();
    const child = spawn(process.execPath, [...profile, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-SAID);
    });
    const { pid = 0 } = child;
    const look = () => ({
      at: performance.now(),
      cpu: processorMs(pid),
      server: serverPid === undefined ? 0 : familyMs(serverPid),
      peak: peakMb(pid),
    });
    let [first, last] = [look(), look()];
    api.on('first', () => {
      first = look();
    });
    api.on('last', () => {
      last = look();
    });
    const [code] = await once(child, 'exit');
    const { hostnames, most } = await api.judge();
    if (code !== 0 || hostnames !== rows || most !== 1)
      throw new Error(`Ended with ${code}: ${hostnames} of ${rows} edited, ${most} times at most. ${said}`);
    return {
      edits_s: rows / ((last.at - first.at) / SECOND),
      cpu_ms: (last.cpu - first.cpu) / rows,
      ...(serverPid === undefined ? {} : { server_cpu_ms: (last.server - first.server) / rows }),
      peak_mb: last.peak,
      first_call_s: (first.at - begun) / SECOND,
    };
  } finally {
    for (const other of others) other.kill('SIGKILL');
    api.close();
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

const envOf = ({ url, token, zone }: Simulator, queue: string | undefined): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  CLOUDFLARE_BASE_URL: url,
  CLOUDFLARE_API_TOKEN: token,
  CLOUDFLARE_ZONE_ID: zone,
  ...(queue === undefined ? {} : { HOSTROLL_QUEUE: queue }),
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const only = values.only?.split(',');
const here = CONTENDERS.filter(
  ({ name, queue }) =>
    (only === undefined || only.includes(name)) && (queue === undefined || queue.startPrivate !== undefined),
);
const rounds = new Map<string, Measured[]>(here.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const contender of here) rounds.get(contender.name)?.push(await measure(contender, Number(values.rows)));
}
const medianOf = (name: string, of: keyof Measured): number =>
  median((rounds.get(name) ?? []).map((one) => one[of] ?? 0));
const sdk = rounds.has('sdk') ? medianOf('sdk', 'edits_s') : undefined;
await publish(
  'edits',
  `${values.rows} edits, medians of ${values.rounds}; "times" is edits a second against the official client`,
  here.map(({ name }) => ({
    name,
    'edits/s': Math.round(medianOf(name, 'edits_s')),
    times: sdk === undefined ? undefined : (medianOf(name, 'edits_s') / sdk).toFixed(2),
    'ms an edit': medianOf(name, 'cpu_ms').toFixed(2),
    'server ms': medianOf(name, 'server_cpu_ms').toFixed(2),
    'peak MB': Math.round(medianOf(name, 'peak_mb')),
    'first call s': medianOf(name, 'first_call_s').toFixed(2),
  })),
);
