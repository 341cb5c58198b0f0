import type { JobsOptions, WorkerOptions } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { SECOND } from '../terms.ts';

/**
 * Jobs of lanes and results. They are gone once done: the ledger keeps what happened. `attempts` is spent only where the
 * queue itself fails in the middle of a job (failed calls go back by their own steps), so it is large and retried soon.
 */
export const JOB_OPTIONS: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 1_000,
  backoff: { type: 'fixed', delay: SECOND },
  stackTraceLimit: 0,
};

/**
 * What every worker on a queue is given:
 * - `lockDuration`, `stalledInterval`: a dead process's jobs are taken over within about twice the interval. The lock is
 *   renewed while the process lives, so it need not outlast a call.
 * - `maxStalledCount`: never reached. The queue fails such a job without telling anybody; the processor ends it before that.
 * - `drainDelay`: seconds an idle worker waits before it looks by itself; new jobs wake it at once.
 */
export const workerOptions = ({ options, lockMs }: Pick<QueueBackend, 'options' | 'lockMs'>): WorkerOptions => ({
  ...options,
  lockDuration: lockMs,
  stalledInterval: lockMs / 2,
  maxStalledCount: 100,
  drainDelay: 30,
});
