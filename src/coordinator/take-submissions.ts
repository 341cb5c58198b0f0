import type { Logger } from 'pino';
import { SUBMISSION, SUBMISSIONS, type Submission, type SubmissionResult } from '../batch/submit/submission.ts';
import { workerOptions } from '../lane/queue-options.ts';
import { DelayedError, type Job, UnrecoverableError } from '../queue/bullmq.ts';
import { patiently } from '../queue/patiently.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { ReadableWorker } from '../queue/readable-worker.ts';
import { HostrollError, MINUTE, SECOND } from '../terms.ts';

/** What a coordinator does with a submission it holds; `keep` stores what it has learned about it in the queue. */
export type RunSubmission = (
  submission: Submission,
  job: { keep(changes: Partial<Submission>): Promise<void>; progress(snapshot: object): Promise<void> },
) => Promise<SubmissionResult | 'interrupted'>;

/** What the job holds. Throws, for good, where that is no submission: the job is kept among the failed ones. */
function readSubmission({ id, data }: Pick<Job, 'id' | 'data'>): Submission {
  const { data: submission } = SUBMISSION.safeParse(data);
  if (submission !== undefined) return submission;
  throw new UnrecoverableError(
    `Submission ${id} cannot be read, and was set aside: another version or another hand wrote it. Submit the batch again. [SUBMISSION_DAMAGED]`,
  );
}

/** What the queue keeps of a failure is its message: the code stands at its end. */
const told = (error: unknown): never => {
  if (!(error instanceof HostrollError)) throw error;
  throw new UnrecoverableError(`${error.message} [${error.code}]`);
};

/** Batches that one coordinator carries out side by side; they share their lanes. */
const BATCHES_AT_ONCE = 4;

/**
 * Takes submitted batches and carries them out. A batch stays with the coordinator that made it, `me`, as only that one has
 * its ledger: another one that is handed it (its job stalled) leaves it to be taken by its owner.
 */
export function takeSubmissions(parts: { backend: QueueBackend; me: string; run: RunSubmission; log: Logger }): {
  close(): Promise<void>;
} {
  const { backend, me, run, log } = parts;
  /** Submissions this process is at: cut off from the queue for long, it may be handed one of them a second time. */
  const inHand = new Set<string>();
  const process = async (job: Job, token?: string): Promise<SubmissionResult> => {
    let submission = readSubmission(job);
    const { id } = submission;
    if (inHand.has(id) || (submission.coordinator ?? me) !== me) {
      log.info({ event: 'submission_left_alone', id, coordinator: submission.coordinator });
      await job.moveToDelayed(Date.now() + MINUTE, token);
      throw new DelayedError();
    }
    const keep = async (changes: Partial<Submission>) => {
      submission = { ...submission, ...changes };
      await patiently(() => job.updateData(submission));
    };
    inHand.add(id);
    let result: SubmissionResult | 'interrupted';
    try {
      await keep({ coordinator: me });
      result = await run(submission, { keep, progress: (snapshot) => job.updateProgress(snapshot) }).catch(told);
    } finally {
      inHand.delete(id);
    }
    if (result !== 'interrupted') return result;
    // The next process of this coordinator finds it again at once.
    await job.moveToDelayed(Date.now() + SECOND, token);
    throw new DelayedError();
  };
  const options = { ...workerOptions(backend), concurrency: BATCHES_AT_ONCE };
  const worker = new ReadableWorker(SUBMISSIONS, process, options, backend.factory);
  worker.on('error', (error) => log.error({ event: 'coordinator_error', error: error.message }));
  worker.on('failed', (job, error) => log.error({ event: 'submission_failed', id: job?.id, error: error.message }));
  return { close: () => worker.close() };
}
