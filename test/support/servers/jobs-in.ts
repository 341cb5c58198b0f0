import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';

/** Jobs in a queue, in whatever state. */
export const jobsIn = (backend: QueueBackend, name: string): Promise<number> =>
  withQueue(backend, name, async (queue) =>
    Object.values(await queue.getJobCounts()).reduce((sum, count) => sum + count, 0),
  );
