import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { quietQueue } from '../queue/with-queue.ts';
import { SECOND } from '../terms.ts';

/** Orchestrators wait a few seconds for a readiness probe, and most of them no longer than one. */
const ANSWER_WITHIN_MS = SECOND;

/** Asks a queue, now and then, whether its server answers. Opens no connection before it is asked. */
export class QueueProbe {
  readonly #open: () => Queue;
  #queue: Queue | undefined;

  constructor(backend: QueueBackend, name: string) {
    this.#open = () => quietQueue(backend, name);
  }

  answers(): Promise<boolean> {
    this.#queue ??= this.#open();
    const answer = this.#queue.getRateLimitTtl().then(
      () => true,
      () => false,
    );
    return Promise.race([answer, delay(ANSWER_WITHIN_MS, false, { ref: false })]);
  }

  async close(): Promise<void> {
    await this.#queue?.close();
  }
}
