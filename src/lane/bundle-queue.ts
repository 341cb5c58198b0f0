import type { Logger } from 'pino';
import { Queue } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { readableJob } from '../queue/readable-jobs.ts';
import { SEALED, type Sealed } from '../secrets/seal.ts';
import type { BatchId } from '../terms.ts';
import { JOB_OPTIONS } from './queue-options.ts';
import { fromQueue, toQueue } from './queue-value.ts';

/** A sealed bundle and the id that rows name it by. */
export interface StoredBundle {
  id: string;
  sealed: Sealed;
}

/** BullMQ takes no id that is a number. */
const jobIdOf = (id: string): string => `bundle-${id}`;

/**
 * The sealed bundles of a batch in the queue, where every worker finds them: jobs that nobody works on, once for each
 * bundle and not for each row.
 */
export class BundleQueue {
  readonly #queue: Queue;

  constructor({ options, factory }: QueueBackend, batch: BatchId, log: Logger) {
    this.#queue = new Queue(`bundles-${batch}`, { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
    this.#queue.on('error', (error) => log.error({ event: 'bundle_queue_error', error: error.message }));
  }

  /** Puts bundles there; one that is there already stays as it is. */
  async put(bundles: readonly StoredBundle[]): Promise<void> {
    await this.#queue.addBulk(
      bundles.map(({ id, sealed }) => ({
        name: 'bundle',
        data: toQueue(sealed),
        opts: { ...JOB_OPTIONS, jobId: jobIdOf(id) },
      })),
    );
  }

  /** Undefined where it is not there, or what is there is no bundle. */
  async get(id: string): Promise<Sealed | undefined> {
    const job = await readableJob(this.#queue, jobIdOf(id));
    return job && fromQueue(job.data, SEALED);
  }

  async remove(id: string): Promise<void> {
    await this.#queue.remove(jobIdOf(id));
  }

  /** Leaves nothing there. */
  async clear(): Promise<void> {
    await this.#queue.obliterate({ force: true });
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
