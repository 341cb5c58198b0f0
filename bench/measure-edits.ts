import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS, type ServerKind } from '../test/support/servers/server-kinds.ts';
import { familyMs, peakMb, processorMs } from './process-cost.ts';
import { FLOOR, HOSTROLL, LOOP, PROFILE, withScene } from './scene.ts';

const SIDE_BY_SIDE = '50';
/** Far more than anything here reaches. */
export const UNLIMITED = ['--quota', '3000000/300'];

/** A lane of one name in both processes, whoever has the token. */
const CONFIG = { credentials: [{ name: 'main', token: { env: 'CLOUDFLARE_API_TOKEN' } }] };

/** Of what a process said, as much is shown where it fails. */
const SAID = 2_000;

/** Who edits, on which queue. */
export interface Contender {
  name: string;
  queue?: ServerKind;
  /** `hostroll work` beside the coordinator. */
  workers?: number;
  /** The coordinator has no token: all calls are its workers'. */
  isElsewhere?: boolean;
  /** Not hostroll, but the least that its queue, calls and log take. */
  isFloor?: boolean;
}

export const CONTENDERS: readonly Contender[] = [
  { name: 'sdk' },
  { name: 'embedded', queue: EMBEDDED },
  { name: 'embedded floor', queue: EMBEDDED, isFloor: true },
  { name: 'redis', queue: REDIS },
  { name: 'redis floor', queue: REDIS, isFloor: true },
  { name: 'redis+1', queue: REDIS, workers: 1 },
  { name: 'redis elsewhere', queue: REDIS, workers: 1, isElsewhere: true },
  { name: 'postgres', queue: POSTGRES_SERVER },
  { name: 'postgres floor', queue: POSTGRES_SERVER, isFloor: true },
  { name: 'postgres+1', queue: POSTGRES_SERVER, workers: 1 },
];

/** Between the first and the last edit; `first_call_s` from the command to the first. Processor time is that of one edit. */
export interface Measured {
  edits_s: number;
  cpu_ms: number;
  server_cpu_ms?: number;
  peak_mb: number;
  first_call_s: number;
}

/** Edits `rows` hostnames of a simulator in a process of its own, each once, which is checked. */
export function measureEdits(
  { queue, workers = 0, isElsewhere = false, isFloor = false }: Contender,
  rows: number,
): Promise<Measured> {
  return withScene({ hostnames: rows, queue }, async ({ folder, api, server, start }) => {
    const serverPid = server?.pid();
    if (isElsewhere) await writeFile(join(folder, 'hostroll.config.json'), JSON.stringify(CONFIG));
    for (let number = 0; number < workers; number++) {
      const worker = start([HOSTROLL, 'work', '--side-by-side', SIDE_BY_SIDE], { stdio: ['ignore', 'ignore', 'pipe'] });
      const [said] = await once(worker.stderr as Readable, 'data');
      if (!String(said).startsWith('Working for')) throw new Error(`No worker: ${said}`);
    }
    const apply = [HOSTROLL, 'apply', 'm.csv', ...UNLIMITED, '--wait', '0', '--yes'];
    const args = isFloor ? [FLOOR, 'hostnames'] : queue === undefined ? [LOOP, 'p-limit', 'hostnames'] : apply;
    const begun = performance.now();
    const child = start([...PROFILE, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(isElsewhere ? { without: 'CLOUDFLARE_API_TOKEN' } : {}),
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
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
  });
}
