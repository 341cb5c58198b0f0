import type { BackendFactory, ConnectionOptions, RedisQueueBackend } from 'bullmq';
import { HostrollError } from '../terms.ts';
import { openEmbedded } from './embedded.ts';

/** An open queue server: what BullMQ's classes are given, and how to let it go. */
export interface QueueBackend {
  /** The URL without its secrets, for people. */
  name: string;
  /** Only this process can reach it: what is found in a lane was left by a process that has ended. */
  exclusive: boolean;
  connection: ConnectionOptions;
  /** Typed as Redis, since that is what BullMQ's classes are by default; they only use what all backends share. */
  factory: BackendFactory<RedisQueueBackend>;
  /** Lets go of the server. Queues and workers on it are closed before. */
  close(): Promise<void>;
}

interface BackendKind {
  open(address: string, command: string): Promise<QueueBackend>;
}

/** Every kind of queue hostroll can run on, by URL scheme. A new one is a new row here, nothing else. */
const KINDS: Record<string, BackendKind> = {
  embedded: { open: openEmbedded },
};

/**
 * Opens the queue behind `url`, e.g. `embedded:/var/lib/hostroll/queue`. `command` is what this process is doing, for
 * whoever finds the queue in use. Throws `QUEUE_URL`, or what the backend throws.
 */
export async function openQueueBackend(url: string, command: string): Promise<QueueBackend> {
  const scheme = url.slice(0, url.indexOf(':'));
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (kind === undefined) {
    const known = Object.keys(KINDS).map((name) => `${name}:`);
    throw new HostrollError('QUEUE_URL', `The queue URL must start with ${known.join(' or ')}; this one does not.`);
  }
  return kind.open(url.slice(scheme.length + 1), command);
}
