/**
 * How a batch grows: manifests of 1,000 to 1,000,000 rows on a Redis, each begun, killed at half of its rows, resumed and reported
 * again: `npm run bench -- scale [rows …]`, 1,000, 10,000 and 100,000 unless told otherwise. A row takes about a
 * millisecond, and the simulator 2 GB of memory for a million. Beside each figure that should not depend on the number of rows
 * stands how many times that of the line before it is. Linux only.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from '../src/queue/bullmq.ts';
import { SECOND } from '../src/terms.ts';
import { REDIS } from '../test/support/servers/server-kinds.ts';
import { UNLIMITED } from './measure-edits.ts';
import { peakMb } from './process-cost.ts';
import { publish } from './results.ts';
import { HOSTROLL, isHere, type Scene, withScene } from './scene.ts';

const SAMPLE_MS = 200;
const MIB = 2 ** 20;
const READY_MS = 60 * SECOND;

/** When a batch was begun, read and planned, from its ledger; in milliseconds. */
async function times(ledger: string): Promise<Record<'reading' | 'planning' | 'planned', number>> {
  const at = { reading: 0, planning: 0, planned: 0 };
  for await (const line of createInterface({ input: createReadStream(ledger) })) {
    const [, when = '', type = '', stage] = /^\{"at":"([^"]+)","type":"(\w+)"(?:,"stage":"(\w+))?/.exec(line) ?? [];
    const moment = stage ?? type;
    if (Object.hasOwn(at, moment)) at[moment as keyof typeof at] = Date.parse(when);
    if (moment === 'planned') break;
  }
  return at;
}

/** Samples a process until it ends. Resolves with the most memory it had, and that the Redis had. */
async function watched(child: ChildProcess, redis: Redis): Promise<[number, number]> {
  let [own, queue] = [0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    try {
      own = Math.max(own, peakMb(child.pid ?? 0));
    } catch {
      // It has ended since.
    }
    queue = Math.max(queue, Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]) / MIB);
    await delay(SAMPLE_MS);
  }
  return [own, queue];
}

async function measure(rows: number, { folder, api, server, start }: Scene): Promise<Record<string, number>> {
  const redis = new Redis(server?.url ?? '');
  const apply = start([HOSTROLL, 'apply', 'm.csv', ...UNLIMITED, '--wait', '0', '--yes']);
  api.on('half', () => void apply.kill('SIGKILL'));
  const [first, firstQueue] = await watched(apply, redis);
  const called = api.nextCall();
  const begun = performance.now();
  const resume = start([HOSTROLL, 'resume', 'latest', ...UNLIMITED]);
  const resumed = watched(resume, redis);
  await Promise.race([called, once(resume, 'exit'), delay(READY_MS, undefined, { ref: false })]);
  const resumeS = (performance.now() - begun) / SECOND;
  const [second, secondQueue] = await resumed;
  redis.disconnect();
  const { hostnames } = await api.judge();
  if (resume.exitCode !== 0 || hostnames !== rows)
    throw new Error(`Ended with ${resume.exitCode}: ${hostnames} of ${rows} edited.`);
  const batches = join(folder, '.hostroll', 'batches');
  const batch = join(batches, readdirSync(batches)[0] ?? '');
  const at = await times(join(batch, 'ledger.jsonl'));
  const perSecond = (ms: number) => (rows * SECOND) / Math.max(1, ms);
  // What is there is shown again; what takes long is making it.
  rmSync(join(batch, 'report.json'));
  const reporting = performance.now();
  spawnSync(process.execPath, [HOSTROLL, 'report', 'latest'], { cwd: folder, stdio: 'ignore' });
  const bytes = ['plan.jsonl', 'ledger.jsonl'].map((name) => statSync(join(batch, name)).size / rows);
  return {
    rows,
    'read/s': perSecond(at.planning - at.reading),
    'plan/s': perSecond(at.planned - at.planning),
    'peak MB': Math.max(first, second),
    'redis MB': Math.max(firstQueue, secondQueue),
    'plan B/row': bytes[0] ?? 0,
    'ledger B/row': bytes[1] ?? 0,
    'report s': (performance.now() - reporting) / SECOND,
    'resume calls after s': resumeS,
  };
}

if (!isHere({ queue: REDIS })) throw new Error('This measures on a Redis: install redis-server.');
const asked = process.argv.slice(2).map(Number);
const table: Record<string, string | number>[] = [];
let before: Record<string, number> | undefined;
for (const rows of asked.length > 0 ? asked : [1_000, 10_000, 100_000]) {
  const figures = await withScene({ hostnames: rows, queue: REDIS }, (scene) => measure(rows, scene));
  const cell = ([name, value]: [string, number]): [string, string | number] => {
    const text = value < 100 ? value.toFixed(1) : String(Math.round(value));
    const times = before?.[name];
    return [name, times === undefined || name === 'rows' ? text : `${text} (×${(value / times).toFixed(2)})`];
  };
  table.push(Object.fromEntries(Object.entries(figures).map(cell)));
  before = figures;
}
await publish('scale', 'batches on Redis, killed at half and resumed', table);
