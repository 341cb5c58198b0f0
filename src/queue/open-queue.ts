import { HostrollError } from '../terms.ts';
import { openEmbedded } from './embedded.ts';
import { migratePostgres, openPostgres } from './postgres.ts';
import type { QueueBackend } from './queue-backend.ts';
import { openCluster, openRedis, openSentinel } from './redis.ts';

interface BackendKind {
  /** `command` is what this process is doing, for whoever finds the queue in use. */
  open(url: string, command: string): Promise<QueueBackend>;
  /** Creates or upgrades what the server needs to have; absent where it needs nothing. Resolves with its name. */
  migrate?(url: string): Promise<string>;
}

/** Every kind of queue hostroll can run on, by URL scheme. A new one is a new row here, nothing else. */
const KINDS: Record<string, BackendKind> = {
  embedded: { open: openEmbedded },
  redis: { open: openRedis },
  rediss: { open: openRedis },
  'redis+cluster': { open: openCluster },
  'redis+sentinel': { open: openSentinel },
  postgres: { open: openPostgres, migrate: migratePostgres },
  postgresql: { open: openPostgres, migrate: migratePostgres },
};

/** Opens the queue behind `url`, e.g. `embedded:/var/lib/hostroll/queue`. Throws `QUEUE_…` or `LOCK_HELD`. */
export const openQueueBackend = (url: string, command: string): Promise<QueueBackend> => kindOf(url).open(url, command);

/** Prepares the server behind `url`; resolves with its name, or undefined where nothing is to be prepared. */
export const migrateQueue = async (url: string): Promise<string | undefined> => kindOf(url).migrate?.(url);

/** Whether the queue is inside the process that opens it, where no other one can reach it. */
export const isEmbedded = (url: string): boolean => kindOf(url) === KINDS.embedded;

function kindOf(url: string): BackendKind {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (kind !== undefined) return kind;
  const known = Object.keys(KINDS).map((name) => `${name}:`);
  throw new HostrollError('QUEUE_URL', `The queue URL must start with one of ${known.join(' ')}; this one does not.`);
}
