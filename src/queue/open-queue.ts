import { HostrollError } from '../terms.ts';
import { openEmbedded } from './embedded.ts';
import type { QueueBackend } from './queue-backend.ts';

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
