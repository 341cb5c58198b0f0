import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { migrateQueue } from '../src/queue/open-queue.ts';
import type { ServerKind } from '../test/support/servers/server-kinds.ts';
import type { PrivateServer } from '../test/support/servers/server-process.ts';
import { type Behaviour, hostnameAt, idAt, type Simulator, startSimulator } from './simulator.ts';

/** The built command. */
export const HOSTROLL = fileURLToPath(new URL('../scripts/hostroll.js', import.meta.url));
/** The official client in a loop. */
export const LOOP = fileURLToPath(new URL('../../bench/rivals/edit-loop.js', import.meta.url));
/** hostroll's parts with nothing between them. */
export const FLOOR = fileURLToPath(new URL('./floor.js', import.meta.url));

const { BENCH_PROFILE } = process.env;
/** What Node.js is started with that is to keep a profile of its processor time. */
export const PROFILE = BENCH_PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${BENCH_PROFILE}`];

/** A zone in a simulator, a queue, and a folder with `m.csv`, a metadata edit a row, and `hostnames`, their ids and names. */
export interface Scene {
  folder: string;
  api: Simulator;
  server: PrivateServer | undefined;
  /** Starts Node.js with `args` in the folder; `stdio` is 'ignore' unless told otherwise. `without`: a variable that it is not given. */
  start(
    args: readonly string[],
    how?: { stdio?: 'ignore' | ['ignore', 'ignore', 'pipe']; without?: string },
  ): ChildProcess;
}

interface SceneOptions {
  hostnames: number;
  /** Rows of the manifest; all hostnames unless told otherwise. */
  rows?: number;
  queue?: ServerKind | undefined;
  behaviour?: Behaviour;
}

function* lines(rows: number, head: string, line: (at: number) => string): Generator<string> {
  yield head;
  for (let at = 0; at < rows; at++) yield `${line(at)}\n`;
}

/** Whether the scene's queue can be had on this machine. */
export const isHere = ({ queue }: { queue?: ServerKind }): boolean =>
  queue === undefined || queue.startPrivate !== undefined;

/** Sets a scene up, and takes all of it away after `use`. */
export async function withScene<T>(options: SceneOptions, use: (scene: Scene) => Promise<T>): Promise<T> {
  const { hostnames, rows = hostnames, queue, behaviour } = options;
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  const children: ChildProcess[] = [];
  const write = (name: string, text: Generator<string>) => pipeline(text, createWriteStream(join(folder, name)));
  await write(
    'm.csv',
    lines(rows, 'hostname,custom_metadata.tier\n', (at) => `${hostnameAt(at)},gold`),
  );
  await write(
    'hostnames',
    lines(rows, '', (at) => `${idAt(at)} ${hostnameAt(at)}`),
  );
  const server = await queue?.startPrivate?.({ fsync: true });
  const api = await startSimulator(hostnames, behaviour);
  try {
    if (server !== undefined) await migrateQueue(server.url);
    const env = {
      PATH: process.env.PATH,
      CLOUDFLARE_BASE_URL: api.url,
      CLOUDFLARE_API_TOKEN: api.token,
      CLOUDFLARE_ZONE_ID: api.zone,
      ...(server === undefined ? {} : { HOSTROLL_QUEUE: server.url }),
    };
    const start: Scene['start'] = (args, { stdio = 'ignore', without = '' } = {}) => {
      const child = spawn(process.execPath, args, { cwd: folder, env: { ...env, [without]: undefined }, stdio });
      children.push(child);
      return child;
    };
    return await use({ folder, api, server, start });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    api.close();
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
