/**
 * Rows a second that `hostroll select` writes, its memory against that of a plan of the same manifest, and the list pages that both
 * take together: `npm run bench -- select [hostnames]`, 100,000 unless told otherwise.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { peakMb } from './process-cost.ts';

const HOSTROLL = fileURLToPath(new URL('../scripts/hostroll.js', import.meta.url));
const SAMPLE_MS = 20;

const count = Number(process.argv[2] ?? 100_000);
const hostnames = Array.from({ length: count }, (_, at) => ({ hostname: `shop-${at + 1}.acme-store.net`, ssl: {} }));
const api = await startSandbox({ plan: 'enterprise', no_limits: true, hostnames });
const zone = api.zones[0]?.id ?? '';
const folder = await mkdtemp(join(tmpdir(), 'hostroll-select-'));

async function run(args: string[], into: string): Promise<{ seconds: number; peak: number; lists: number }> {
  const before = api.judge().calls.list;
  const start = performance.now();
  const env = { ...process.env, CLOUDFLARE_BASE_URL: api.url, CLOUDFLARE_API_TOKEN: api.token };
  const child = spawn(process.execPath, [HOSTROLL, ...args, '--quota', '60000/300'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(createWriteStream(join(folder, into)));
  let peak = 0;
  const sampling = setInterval(() => {
    if (child.exitCode === null && child.pid !== undefined) peak = Math.max(peak, peakMb(child.pid));
  }, SAMPLE_MS);
  const [code] = await once(child, 'close');
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return { seconds: (performance.now() - start) / 1_000, peak, lists: api.judge().calls.list - before };
}

try {
  const set = ['--set', 'custom_metadata.tier=gold'];
  const plain = await run(['select', zone, ...set], 'm.csv');
  const planned = await run(['plan', 'm.csv', '--zone', zone, '--fresh', '0', '--json'], 'plan.json');
  const fresh = await run(['plan', 'm.csv', '--zone', zone, '--fresh', '30m', '--json'], 'plan.json');
  console.log(
    `${count} hostnames: ${Math.round(count / plain.seconds)} rows/s in ${plain.seconds.toFixed(1)} s, start and scan included`,
  );
  console.log(
    `memory: select ${plain.peak.toFixed(0)} MB, plan ${planned.peak.toFixed(0)} MB, plan by its scan ${fresh.peak.toFixed(0)} MB`,
  );
  console.log(`list pages: select ${plain.lists}, plan ${planned.lists}, plan by its scan ${fresh.lists}`);
} finally {
  await api.close();
  await rm(folder, { recursive: true, force: true });
}
