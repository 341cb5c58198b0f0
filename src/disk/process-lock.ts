import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostrollError } from '../terms.ts';
import { diskError, onDisk } from './on-disk.ts';
import { FILE_MODE } from './private-folder.ts';

/** Who holds a lock: enough for a person to find the process, and for a program to tell whether it still lives. */
interface Holder {
  pid: number;
  host: string;
  /** Start of the process in the kernel's own count, where it can be read: a pid alone may have been given to another. */
  started?: string;
  /** What it was doing, e.g. `hostroll apply`. */
  command: string;
  since: string;
}

export interface ProcessLock {
  release(): Promise<void>;
}

/**
 * Takes the lock file `path` for this process, or throws `LOCK_HELD` naming the process that has it. A file left by a
 * process that is gone is taken over. On another host than the holder's nobody can tell whether it lives: then it is
 * held, and the message says which file to remove. The file appears by `link`, complete or not at all.
 */
export async function takeProcessLock(path: string, what: string, command: string): Promise<ProcessLock> {
  const me: Holder = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
  const [, started] = await stateOfProcess(process.pid);
  if (started !== undefined) me.started = started;
  const own = `${path}.${randomUUID()}`;
  await onDisk(path, () => writeFile(own, `${JSON.stringify(me)}\n`, { mode: FILE_MODE, flag: 'wx' }));
  try {
    for (;;) {
      if (await linked(own, path)) return { release: () => releaseOwn(path, me) };
      const text = await readText(path);
      if (text === undefined) continue;
      const holder = parseHolder(text);
      if (holder !== undefined && (await lives(holder))) throw held(path, what, holder);
      await removeDead(path, text);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** How long a process waits for another one that is just removing the same dead lock. */
const TAKEOVER_POLL_MS = 5;

/**
 * Removes the lock of a process that is gone. Only who holds the claim named after that very text may do it, and only
 * while the text still stands: a judgement that comes late can thus never remove a lock that was taken meanwhile.
 */
async function removeDead(path: string, text: string): Promise<void> {
  const claimPath = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  let claim: ProcessLock;
  try {
    claim = await takeProcessLock(claimPath, 'The lock', 'taking over');
  } catch (error) {
    if (!(error instanceof HostrollError) || error.code !== 'LOCK_HELD') throw error;
    await sleep(TAKEOVER_POLL_MS);
    return;
  }
  try {
    if ((await readText(path)) === text) await rm(path, { force: true });
  } finally {
    await claim.release();
  }
}

/** The live process that holds the lock file, or undefined: what `status` shows. */
export async function lockHolder(path: string): Promise<{ pid: number; host: string; command: string } | undefined> {
  const text = await readText(path);
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder !== undefined && (await lives(holder)) ? holder : undefined;
}

function held(path: string, what: string, holder: Holder): HostrollError {
  const elsewhere = holder.host !== hostname();
  return new HostrollError(
    'LOCK_HELD',
    `${what} is in use by process ${holder.pid}${elsewhere ? ` on ${holder.host}` : ''} (${holder.command}, since ${holder.since}); ` +
      (elsewhere
        ? `if that process is gone, remove ${path} and try again.`
        : 'wait for it to end, or end it, and try again.'),
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw diskError(error, path);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' && typeof value.host === 'string' ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

async function lives(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const [state, started] = await stateOfProcess(holder.pid);
  // A zombie has ended; only its parent has not asked how.
  if (state === 'Z' || state === 'X') return false;
  return started === undefined || holder.started === undefined || started === holder.started;
}

/** Fields 3 and 22 of /proc/<pid>/stat (proc(5)), the state and the start; undefined where there is no such file. */
async function stateOfProcess(pid: number): Promise<[state: string | undefined, started: string | undefined]> {
  const stat = await readText(`/proc/${pid}/stat`).catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fields?.[0], fields?.[19]];
}

async function releaseOwn(path: string, me: Holder): Promise<void> {
  const text = await readText(path);
  const holder = text === undefined ? undefined : parseHolder(text);
  if (holder?.pid === me.pid && holder.since === me.since) await rm(path, { force: true });
}
