import { resolve } from 'node:path';
import { HostrollError } from '../terms.ts';
import { Handover } from './handover.ts';
import { takeLockTime } from './lock-time.ts';
import type { QueueBackend, QueueServer } from './queue-backend.ts';
import { SharedLimits } from './shared-limits.ts';

/** What a kind of queue can do; loaded when it is asked for, as each brings libraries of its own. */
interface BackendKind {
  /** Only the process that opens it can reach it. */
  exclusive?: true;
  /** `command` is what this process is doing, shown to a process that finds the queue in use. */
  open(): Promise<(url: string, command: string) => Promise<QueueServer>>;
  /** Creates or upgrades what the server needs to have; absent where it needs nothing. Resolves with its name. */
  migrate?(): Promise<(url: string) => Promise<string>>;
}

/** Every kind of queue hostroll can run on, by URL scheme. A new one is a new row here, nothing else. */
const KINDS: Record<string, BackendKind> = {
  embedded: { exclusive: true, open: async () => (await import('./embedded.ts')).openEmbedded },
  redis: { open: async () => (await import('./redis.ts')).openRedis },
  rediss: { open: async () => (await import('./redis.ts')).openRedis },
  'redis+cluster': { open: async () => (await import('./redis.ts')).openCluster },
  'redis+sentinel': { open: async () => (await import('./redis.ts')).openSentinel },
  postgres: {
    open: async () => (await import('./postgres.ts')).openPostgres,
    migrate: async () => (await import('./postgres.ts')).migratePostgres,
  },
  postgresql: {
    open: async () => (await import('./postgres.ts')).openPostgres,
    migrate: async () => (await import('./postgres.ts')).migratePostgres,
  },
};

/** Queues that are open already, by URL. */
const LENT = new Map<string, QueueBackend>();

/** From here on whoever opens `url` in this process is lent `backend`, which stays open when it is closed. */
export const lendQueue = (url: string, backend: QueueBackend): void => void LENT.set(url, backend);

/** Opens the queue behind `asked`, e.g. `embedded:/var/lib/hostroll/queue`. Throws `QUEUE_…` or `LOCK_HELD`. */
export async function openQueueBackend(asked: string, command: string): Promise<QueueBackend> {
  const lent = LENT.get(asked);
  if (lent !== undefined) return { ...lent, handover: new Handover(), close: async () => {} };
  const { url, lockMs } = takeLockTime(asked);
  const open = await kindOf(url).open();
  const apart = { exclusive: isExclusive(url), lockMs, handover: new Handover(), limits: new SharedLimits() };
  return { ...(await open(url, command)), ...apart };
}

/** Prepares the server behind `url`; resolves with its name, or undefined where nothing is to be prepared. */
export async function migrateQueue(url: string): Promise<string | undefined> {
  const migrate = await kindOf(url).migrate?.();
  return migrate?.(takeLockTime(url).url);
}

/** Whether only the process that opens the queue can reach it. */
export const isExclusive = (url: string): boolean => kindOf(url).exclusive ?? false;

/** The folder of an embedded queue. */
export const folderOfQueue = (asked: string): string => {
  const { url } = takeLockTime(asked);
  return resolve(url.slice(url.indexOf(':') + 1));
};

function kindOf(url: string): BackendKind {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (kind !== undefined) return kind;
  const known = Object.keys(KINDS).map((name) => `${name}:`);
  throw new HostrollError('QUEUE_URL', `The queue URL must start with one of ${known.join(' ')}; this one does not.`);
}
