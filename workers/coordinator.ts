import { DelayedError, type Job, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { SUBMISSION, SUBMISSIONS, type Submission, type SubmissionResult } from '../src/batch/submission.ts';
import { WORKER_OPTIONS } from '../src/lane/queue-options.ts';
import type { QueueBackend } from '../src/queue/queue-backend.ts';
import { MINUTE, SECOND } from '../src/terms.ts';

/** What a coordinator does with a submission it holds; `keep` stores what it has learned about it in the queue. */
export type RunSubmission = (
  submission: Submission,
  job: { keep(changes: Partial<Submission>): Promise<void>; progress(snapshot: object): Promise<void> },
) => Promise<SubmissionResult | 'interrupted'>;

/** Batches that one coordinator carries out side by side; they share their lanes. */
const BATCHES_AT_ONCE = 4;

/**
 * Takes submitted batches and carries them out. A batch stays with the coordinator that made it, `me`, as only that one has
 * its ledger: another one that is handed it (its job stalled) leaves it to be taken by its owner.
 */
export function runCoordinator(parts: { backend: QueueBackend; me: string; run: RunSubmission; log: Logger }): {
  close(): Promise<void>;
} {
  const { backend, me, run, log } = parts;
  const process = async (job: Job, token?: string): Promise<SubmissionResult> => {
    let submission = SUBMISSION.parse(job.data);
    if (submission.coordinator !== undefined && submission.coordinator !== me) {
      log.info({ event: 'submission_of_another', id: submission.id, coordinator: submission.coordinator });
      await job.moveToDelayed(Date.now() + MINUTE, token);
      throw new DelayedError();
    }
    const keep = async (changes: Partial<Submission>) => {
      submission = { ...submission, ...changes };
      await job.updateData(submission);
    };
    await keep({ coordinator: me });
    const result = await run(submission, { keep, progress: (snapshot) => job.updateProgress(snapshot) });
    if (result !== 'interrupted') return result;
    // Whoever runs this coordinator next finds it again at once.
    await job.moveToDelayed(Date.now() + SECOND, token);
    throw new DelayedError();
  };
  const options = { ...WORKER_OPTIONS, ...backend.options, concurrency: BATCHES_AT_ONCE };
  const worker = new Worker(SUBMISSIONS, process, options, backend.factory);
  worker.on('error', (error) => log.error({ event: 'coordinator_error', error: error.message }));
  worker.on('failed', (job, error) => log.error({ event: 'submission_failed', id: job?.id, error: error.message }));
  return { close: () => worker.close() };
}
