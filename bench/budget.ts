/**
 * How much of an API's quota is used, and what overruns cost, in one run: hostroll against what people write by hand. A scaled quota: 60 calls in
 * 3 s in place of 1,200 in 300 s, and 3 s of lock-out for everybody on the token after an overrun. A person uses the same token
 * meanwhile, with a twentieth of the quota. Each contender has so long from its first edit: `npm run bench -- budget [--seconds 30]`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, REDIS } from '../test/support/servers/server-kinds.ts';
import { publish } from './results.ts';
import { hostnameAt, idAt, startSimulator } from './simulator.ts';

const HOSTROLL = fileURLToPath(new URL('../scripts/hostroll.js', import.meta.url));
const LOOP = fileURLToPath(new URL('../../bench/rivals/edit-loop.js', import.meta.url));
const QUOTA = { calls: 60, windowMs: 3 * SECOND };
/** Of the person: three calls a window. */
const PERSON_EVERY_MS = 1 * SECOND;
const LATENCY_MS = 150;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const spanMs = Number(values.seconds) * SECOND;
/** More than the quota lets through in that time, and in the time of the start. */
const HOSTNAMES = Math.ceil((spanMs / QUOTA.windowMs) * QUOTA.calls * 1.5);

const loop = (how: string) => [LOOP, how, 'ids', String(QUOTA.calls), String(QUOTA.windowMs)];
const apply = (...more: string[]) => [
  HOSTROLL,
  ...['apply', 'm.csv', '--quota', `${QUOTA.calls}/${QUOTA.windowMs / SECOND}`, ...more, '--wait', '0', '--yes'],
];
const CONTENDERS = [
  { name: 'hostroll (share 0.8)', args: apply(), queue: EMBEDDED },
  { name: 'hostroll --share 0.9', args: apply('--share', '0.9'), queue: EMBEDDED },
  { name: 'SDK under p-limit(50)', args: loop('p-limit') },
  { name: 'SDK under bottleneck', args: loop('bottleneck') },
  { name: 'SDK under p-throttle', args: loop('p-throttle') },
  { name: 'SDK under a bare BullMQ limiter', args: loop('bullmq'), queue: REDIS },
];

const rows: Record<string, string | number>[] = [];
for (const { name, args, queue } of CONTENDERS) {
  if (queue !== undefined && queue.startPrivate === undefined) continue;
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  const numbers = [...Array(HOSTNAMES).keys()];
  await writeFile(
    join(folder, 'm.csv'),
    `hostname,custom_metadata.tier\n${numbers.map((at) => `${hostnameAt(at)},gold\n`).join('')}`,
  );
  await writeFile(join(folder, 'ids'), numbers.map(idAt).join('\n'));
  const server = await queue?.startPrivate?.();
  const rate_limit = { quota: QUOTA.calls, window_ms: QUOTA.windowMs, block_ms: QUOTA.windowMs };
  const api = await startSimulator(HOSTNAMES, { rate_limit, latency_ms: LATENCY_MS });
  const { url, token, zone } = api;
  const env = {
    PATH: process.env.PATH,
    CLOUDFLARE_BASE_URL: url,
    CLOUDFLARE_API_TOKEN: token,
    CLOUDFLARE_ZONE_ID: zone,
    ...(server === undefined ? {} : { HOSTROLL_QUEUE: server.url }),
  };
  const begun = new Promise<void>((resolve) => api.on('first', resolve));
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
  await begun;
  const ends = performance.now() + spanMs;
  let [asked, refused, lockedSince, longest] = [0, 0, 0, 0];
  const before = await api.judge();
  while (performance.now() < ends) {
    const { status } = await fetch(`${url}/zones/${zone}`, { headers: { authorization: `Bearer ${token}` } });
    asked++;
    if (status === 429) {
      refused++;
      lockedSince ||= performance.now();
      longest = Math.max(longest, performance.now() - lockedSince);
    } else lockedSince = 0;
    await delay(PERSON_EVERY_MS);
  }
  const { hostnames, limited } = await api.judge();
  child.kill('SIGKILL');
  api.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
  const edited = hostnames - before.hostnames;
  rows.push({
    name,
    'edits/hour at 1,200/300 s': Math.round((edited / ((spanMs / QUOTA.windowMs) * QUOTA.calls)) * 14_400),
    '% of the quota': ((100 * edited) / ((spanMs / QUOTA.windowMs) * QUOTA.calls)).toFixed(0),
    '429s': limited - before.limited,
    'of a person': `${refused} of ${asked}`,
    'locked out, windows in a row': (longest / QUOTA.windowMs).toFixed(1),
  });
}
await publish('budget', `${values.seconds} s each, ${QUOTA.calls} calls in ${QUOTA.windowMs / SECOND} s`, rows);
