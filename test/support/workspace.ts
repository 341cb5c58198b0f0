import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { lentQueue } from './lent-queue.ts';
import { type Given, hostroll, type Left } from './shell.ts';

const HOSTROLL = fileURLToPath(new URL('../../dist/scripts/hostroll.js', import.meta.url));

/** What a finished command left: exit code and both streams. */
interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs, in a process of its own. */
interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
}

/** Where a user works: an empty folder, a simulator, and the command. All of it is gone after the test. */
export interface Workspace {
  folder: string;
  api: Sandbox;
  /** Writes a file into the folder; resolves with its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** Runs the command in this process: much the cheapest. */
  run(args: string[], options?: Given): Promise<Left>;
  /** Runs the built command in a process of its own, which a test can kill. */
  start(args: string[], options?: { env?: Record<string, string> }): Running;
  /** Ids of the batches, oldest first. */
  batches(): string[];
  /** A file of the newest batch; empty while there is none. */
  batchFile(name: string): string;
  report(): Report;
}

/** Quota for tests: fast enough not to be waited for, and a limit all the same. */
export const FAST = ['--quota', '60000/300'];

/**
 * Sets one up. Commands in this process share a queue that stays open, until one is started as a process of its own; with `ownQueue`
 * each opens that of the folder, as users' commands do.
 */
export async function workspaceWith(options: SandboxOptions, { ownQueue = false } = {}): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-workspace-'));
  const api = await startSandbox({ plan: 'enterprise', no_limits: true, ...options });
  const before = process.cwd();
  onTestFinished(async () => {
    process.chdir(before);
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });
  const batchesFolder = join(folder, '.hostroll', 'batches');
  const batches = () => (existsSync(batchesFolder) ? readdirSync(batchesFolder).sort() : []);
  const batchFile = (name: string) => {
    const path = join(batchesFolder, batches().at(-1) ?? 'none', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const common = {
    PATH: process.env.PATH,
    CLOUDFLARE_BASE_URL: api.url,
    CLOUDFLARE_API_TOKEN: api.token,
    CLOUDFLARE_ZONE_ID: api.zones[0]?.id,
  };
  let lent: Promise<string | undefined> | undefined;
  let mayShare = !ownQueue;
  const run: Workspace['run'] = async (args, { env = {}, ...given } = {}) => {
    process.chdir(folder);
    if (mayShare) lent ??= lentQueue();
    const queue = mayShare ? await lent : undefined;
    const more = queue === undefined ? {} : { HOSTROLL_QUEUE: queue };
    return hostroll(args, { env: { ...common, ...more, ...env }, ...given });
  };
  const start: Workspace['start'] = (args, { env = {} } = {}) => {
    mayShare = false;
    const child = spawn(process.execPath, [HOSTROLL, ...args], {
      cwd: folder,
      env: { ...common, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { child, finished };
  };
  return {
    folder,
    api,
    file: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    start,
    run,
    batches,
    batchFile,
    report: () => JSON.parse(batchFile('report.json')) as Report,
  };
}

const PATIENCE_MS = 60_000;

/** A look that takes long is repeated the later, so that whoever waits takes a twentieth of a processor from what is waited for. */
const pauseMs = (lookedMs: number): number => Math.max(20, 20 * lookedMs);

/** Resolves when `holds` does; asks often, and fails with `what` when its patience is over. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let looked = Date.now(); !(await holds()); looked = Date.now()) {
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1_000} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs(Date.now() - looked)));
  }
}

/** How many rows of the newest batch have their outcome. */
export const outcomesOf = (workspace: Workspace): number =>
  workspace.batchFile('ledger.jsonl').split('"type":"outcome"').length - 1;

/** Counts outcomes in a growing ledger, of which it reads what is new: whoever waits for some asks often. */
export function outcomeCounter(path: () => string): () => number {
  let [read, count, known] = [0, 0, ''];
  return () => {
    if (path() !== known) [read, count, known] = [0, 0, path()];
    if (!existsSync(known)) return 0;
    const { size } = statSync(known);
    // A torn line is cut off by whoever resumes; what is counted here ended before it.
    if (size <= read) return count;
    const bytes = Buffer.alloc(size - read);
    const file = openSync(known, 'r');
    readSync(file, bytes, 0, bytes.length, read);
    closeSync(file);
    const whole = bytes.lastIndexOf('\n') + 1;
    read += whole;
    count += bytes.toString('utf8', 0, whole).split('"type":"outcome"').length - 1;
    return count;
  };
}

/** Outcomes by row of the newest batch, read from the ledger's own lines. */
export function outcomesByRow(workspace: Workspace): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of workspace.batchFile('ledger.jsonl').trimEnd().split('\n')) {
    const event = JSON.parse(line) as { type: string; row: number };
    if (event.type === 'outcome') counts.set(event.row, (counts.get(event.row) ?? 0) + 1);
  }
  return counts;
}
