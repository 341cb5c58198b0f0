import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { workerOptions } from '../lane/queue-options.ts';
import { type Job, Queue } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { ReadableWorker } from '../queue/readable-worker.ts';
import { SECOND } from '../terms.ts';
import type { Schedule } from './schedule.ts';

/** A scheduler whose next job is later than this overdue has lost it. */
const LOST_AFTER_MS = 30 * SECOND;

/** Each coordinator has a queue of its own: its schedules, and the ledgers of what they make, are on its disk alone. */
export const scheduleQueueName = (coordinator: string): string =>
  `schedules-${createHash('sha256').update(coordinator).digest('hex').slice(0, 16)}`;

/**
 * The queue that wakes a coordinator when a schedule is due: one BullMQ job scheduler for each. Its jobs carry a name and
 * nothing else, and are done as soon as they are heard, however long the run takes that they begin.
 */
export class ScheduleQueue {
  readonly #queue: Queue;
  readonly #worker: ReadableWorker;
  readonly #now: () => number;

  constructor(
    parts: { backend: QueueBackend; coordinator: string; log: Logger; now(): number },
    wake: (name: string) => Promise<void>,
  ) {
    const { backend, coordinator, log, now } = parts;
    const { options, factory } = backend;
    const name = scheduleQueueName(coordinator);
    this.#now = now;
    this.#queue = new Queue(name, options, factory);
    this.#worker = new ReadableWorker(
      name,
      ({ name: schedule }: Job) => wake(schedule),
      workerOptions(backend),
      factory,
    );
    const report = (error: Error) => log.error({ event: 'schedule_queue_error', error: error.message });
    this.#queue.on('error', report);
    this.#worker.on('error', report);
    this.#worker.on('failed', (_, error) => report(error));
  }

  /** Makes the queue wake for exactly these schedules, also where it has lost what it knew. */
  async align(schedules: readonly Schedule[]): Promise<void> {
    const known = new Map((await this.#queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
    for (const { name, pattern, tz } of schedules) {
      const there = known.get(name);
      known.delete(name);
      const next = there?.next ?? 0;
      if (there?.pattern === pattern && there.tz === tz && next > this.#now() - LOST_AFTER_MS) continue;
      await this.#queue.upsertJobScheduler(
        name,
        { pattern, tz },
        { name, opts: { removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 } },
      );
    }
    for (const name of known.keys()) await this.#queue.removeJobScheduler(name);
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }
}
