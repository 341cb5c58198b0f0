import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';

/** An embedded queue of its own, in a folder that goes when it is closed. */
export async function embeddedQueue(): Promise<QueueBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-queue-'));
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  return {
    ...backend,
    close: async () => {
      await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
