import { Queue } from './bullmq.ts';
import type { QueueBackend } from './queue-backend.ts';

/**
 * A queue for a few commands of this process alone. Each of them rejects where the server fails it; what BullMQ tells
 * beside that would only be printed as a stack trace.
 */
export function quietQueue({ options, factory }: QueueBackend, name: string): Queue {
  const queue = new Queue(name, options, factory);
  queue.on('error', () => {});
  return queue;
}

/** Lends a queue to `use`, and lets go of it afterwards. */
export async function withQueue<T>(backend: QueueBackend, name: string, use: (queue: Queue) => Promise<T>): Promise<T> {
  const queue = quietQueue(backend, name);
  try {
    return await use(queue);
  } finally {
    await queue.close();
  }
}

/** Leaves nothing of a queue. */
export const obliterate = (backend: QueueBackend, name: string): Promise<void> =>
  withQueue(backend, name, (queue) => queue.obliterate({ force: true }));
