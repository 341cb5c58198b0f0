import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, type TestContext } from 'vitest';
import { migrateQueue } from '../../src/queue/open-queue.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { LOCK_S } from '../soak/seed.ts';
import type { ServerKind } from './servers/server-kinds.ts';
import type { PrivateServer } from './servers/server-process.ts';
import { outcomeCounter, until } from './workspace.ts';

const HOSTROLL = fileURLToPath(new URL('../../dist/scripts/hostroll.js', import.meta.url));

/** A hostroll process; `said` is what it has printed on both streams. */
export interface ClusterProcess {
  pid: number;
  said(): string;
  /** Resolves once it has printed this text. */
  says(text: string): Promise<void>;
  isGone(): boolean;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** Its exit code, null where a signal ended it. */
  ended: Promise<number | null>;
}

/** A queue server, a simulator and hostroll processes around them, for one test. */
export interface Cluster {
  api: Sandbox;
  server: PrivateServer;
  names: readonly string[];
  /** Starts `hostroll <args>` on the cluster's queue, or on the one behind `port`. */
  start(args: string[], options?: StartOptions): ClusterProcess;
  /** `window`: most rows that it has in the queue. */
  apply(options?: StartOptions & { window?: number }): ClusterProcess;
  resume(options?: StartOptions): ClusterProcess;
  work(options?: StartOptions): ClusterProcess;
  serve(): ClusterProcess;
  /** Hands the manifest over to whoever serves. */
  submit(): Promise<void>;
  /** Ids of the batches, oldest first. */
  batches(): string[];
  /** Id of the newest one. */
  batch(): string;
  /** Events of its ledger, complete lines only. */
  ledger(): { type: string; row?: number; outcome?: string; code?: string; up_to?: number }[];
  outcomes(): number;
  /** Resolves when that part (0 to 1) of the rows has its outcome. */
  reached(part: number, patienceMs?: number): Promise<void>;
}

interface StartOptions {
  port?: number;
  env?: Record<string, string>;
}

export interface ClusterOptions {
  kind: ServerKind;
  rows: number;
  /** As `--quota` takes it; 80 % of it are used. */
  quota: string;
  /** How the API behaves. */
  api: Omit<SandboxOptions, 'hostnames'>;
  /** Environment of every process. */
  env?: Record<string, string>;
}

/**
 * Sets up a server of its own with a queue that is ready, and a manifest; all of it is gone when the test is over. Tests
 * that run concurrently must give their own context.
 */
export async function clusterOn(
  { kind, rows, quota, api: behaviour, env: common }: ClusterOptions,
  context: Pick<TestContext, 'onTestFinished'> = { onTestFinished },
): Promise<Cluster> {
  if (kind.startPrivate === undefined) throw new Error(`There is no ${kind.name} here.`);
  const names = Array.from({ length: rows }, (_, at) => `shop-${at + 1}.acme-store.net`);
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-cluster-'));
  const api = await startSandbox({
    plan: 'enterprise',
    no_limits: true,
    ...behaviour,
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
  });
  const server = await kind.startPrivate();
  const processes = new Set<ClusterProcess>();
  context.onTestFinished(async () => {
    await Promise.all([...processes].map((one) => one.kill()));
    await Promise.all([api.close(), server.remove()]);
    await rm(folder, { recursive: true, force: true });
  });
  await writeFile(join(folder, 'm.csv'), `hostname,custom_metadata.tier\n${names.join(',gold\n')},gold\n`);

  const start = (args: string[], { port = server.port, env: more }: StartOptions = {}): ClusterProcess => {
    const env = {
      ...common,
      ...more,
      PATH: process.env.PATH,
      HOSTROLL_QUEUE: `${server.url.replace(`:${server.port}`, `:${port}`)}?lock=${LOCK_S}s`,
      CLOUDFLARE_BASE_URL: api.url,
      CLOUDFLARE_API_TOKEN: api.token,
      CLOUDFLARE_ZONE_ID: api.zones[0]?.id,
    };
    const one = clusterProcess(
      spawn(process.execPath, [HOSTROLL, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    processes.add(one);
    return one;
  };
  const batchesFolder = join(folder, '.hostroll', 'batches');
  const batches = () => (existsSync(batchesFolder) ? readdirSync(batchesFolder).sort() : []);
  const batch = () => batches().at(-1) ?? '';
  const ledgerText = () => {
    const path = join(batchesFolder, batch(), 'ledger.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const ledger = () =>
    ledgerText()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as ReturnType<Cluster['ledger']>[number]);
  const outcomes = outcomeCounter(() => join(batchesFolder, batch(), 'ledger.jsonl'));
  const calls = ['--quota', quota];
  let workers = 0;
  const cluster: Cluster = {
    api,
    server,
    names,
    start,
    apply: ({ window = 2_000, ...options } = {}) =>
      start(['apply', 'm.csv', ...calls, '--window', `${window}`, '--wait', '0', '--yes'], options),
    resume: (options) => start(['resume', 'latest', ...calls], options),
    serve: () => start(['serve', ...calls]),
    submit: async () => {
      const submitting = start(['submit', 'm.csv', '--wait', '0']);
      if ((await submitting.ended) !== 0) throw new Error(submitting.said());
    },
    work: (options) => start(['work', '--state', `worker-${++workers}`], options),
    batches,
    batch,
    ledger,
    outcomes,
    reached: (part, patienceMs) =>
      until(() => outcomes() >= rows * part, `${Math.ceil(rows * part)} outcomes`, patienceMs),
  };
  await migrateQueue(server.url);
  return cluster;
}

function clusterProcess(child: ChildProcess): ClusterProcess {
  let text = '';
  const hear = (more: string) => {
    text += more;
  };
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    said: () => text,
    says: (wanted) => until(() => text.includes(wanted), `a process to say ${wanted}`),
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}
