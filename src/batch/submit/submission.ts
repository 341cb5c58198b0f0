import { jsonOf } from '../../disk/json-lines.ts';
import * as z from '../../json/zod.ts';
import { PRIORITIES } from '../../lane/priority.ts';
import type { Job } from '../../queue/bullmq.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJob, readableJobs } from '../../queue/readable-jobs.ts';
import { withQueue } from '../../queue/with-queue.ts';
import { type BatchId, HOUR, HostrollError, SECOND } from '../../terms.ts';
import { WORD, type Word } from '../control/word.ts';
import { LONGEST_WAIT_MS } from '../ledger/batch-file.ts';
import { ROLLOUT } from '../ledger/rollout.ts';
import { BATCH_VIEW, type BatchView } from '../view/batch-view.ts';

/** The queue on which batches are handed to a coordinator. */
export const SUBMISSIONS = 'batches';

/** A batch handed over: what the job of the queue above holds. No secret, and not the manifest, which is uploaded apart. */
export const SUBMISSION = z.object({
  v: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Name of the manifest file, for its format and for people. */
  manifest: z.string(),
  sha256: z.string(),
  chunks: z.number().int().positive(),
  zones: z.array(z.string()),
  skip_invalid: z.boolean(),
  /** How the manifest is read: columns that are not, and the most bytes it may unpack to. */
  reading: z
    .object({
      unread: z
        .object({
          ignored: z.array(z.string()).readonly().exactOptional(),
          kept: z.array(z.string()).readonly().exactOptional(),
          allUnknown: z.boolean().exactOptional(),
        })
        .exactOptional(),
      maxBytes: z.number().positive().exactOptional(),
    })
    .exactOptional(),
  /** Conditions of which all must hold of a row's hostname, as `--where` takes them; and how old a kept reading may be. */
  where: z.array(z.string()).exactOptional(),
  fresh: z.string().exactOptional(),
  wait_ms: z.number().min(0).max(LONGEST_WAIT_MS),
  wait_strict: z.boolean(),
  /** What its plan is judged by. */
  rules: z
    .object({
      force: z.array(z.string()).readonly(),
      expect: z.record(z.string(), z.number()),
      maxCalls: z.number().exactOptional(),
      until: z.number().exactOptional(),
    })
    .exactOptional(),
  priority: z.enum(PRIORITIES).optional(),
  /** In which parts it is sent, and the rules beside those of its coordinator. */
  rollout: ROLLOUT.optional(),
  submitted_at: z.string(),
  submitted_by: z.string(),
  /** The coordinator that has taken it, and the batch it made of it: its ledger is there and nowhere else. */
  coordinator: z.string().optional(),
  batch: z.custom<BatchId>((value) => typeof value === 'string').optional(),
});
export type Submission = z.infer<typeof SUBMISSION>;

/** What `status` shows of a submission from anywhere. */
export interface SubmissionStatus {
  id: string;
  /** waiting, active, delayed, completed, failed: the queue's own words. */
  state: string;
  manifest: string;
  coordinator?: string;
  batch?: BatchId;
  progress?: BatchView;
  exit_code?: number;
  /** Why it failed: it could not be planned. */
  error?: string;
  /** Its report as text, once it has ended. */
  report?: string;
}

/** How a submission ended: the return value of its job. */
export interface SubmissionResult {
  batch: BatchId;
  exit_code: number;
  /** The report as text, for who cannot see the coordinator's disk. */
  report?: string;
}

const RESULT = z.looseObject({ exit_code: z.int(), report: z.string().optional().catch(undefined) });

/** Hands an uploaded batch to whichever coordinator is free. */
export async function submit(backend: QueueBackend, submission: Submission): Promise<void> {
  const kept = { age: (30 * 24 * HOUR) / SECOND };
  const options = { jobId: submission.id, attempts: 1, removeOnComplete: kept, removeOnFail: kept, stackTraceLimit: 0 };
  await withQueue(backend, SUBMISSIONS, (queue) => queue.add('batch', submission, options));
}

/** Whether any coordinator takes submissions just now. */
export const isTaken = (backend: QueueBackend): Promise<boolean> =>
  withQueue(backend, SUBMISSIONS, async (queue) => (await queue.getWorkers()).length > 0);

/** The newest submission of the manifest with that checksum since `since` (milliseconds since 1970), if there is one. */
export const submittedSince = (backend: QueueBackend, sha256: string, since: number): Promise<string | undefined> =>
  withQueue(backend, SUBMISSIONS, async (queue) => {
    const jobs = await readableJobs(queue, ['waiting', 'active', 'delayed', 'completed', 'failed'], () => {});
    const alike = jobs.filter(
      (job) => SUBMISSION.safeParse(job.data).data?.sha256 === sha256 && job.timestamp >= since,
    );
    return alike.sort((a, b) => a.timestamp - b.timestamp).at(-1)?.id;
  });

/** Whether a coordinator has it, had it, or can take it. */
export const isSubmitted = (backend: QueueBackend, id: string): Promise<boolean> =>
  withQueue(backend, SUBMISSIONS, async (queue) => {
    // One that cannot be read has been handed over all the same.
    let isThere = false;
    const job = await readableJob(queue, id, () => {
      isThere = true;
    });
    return isThere || job !== undefined;
  });

/** How the submission of this id stands, or the newest for "latest". Throws `BATCH_UNKNOWN`. */
export async function submissionStatus(backend: QueueBackend, id: string): Promise<SubmissionStatus> {
  const found = id === 'latest' ? (await listSubmissions(backend)).at(-1) : await statusOfId(backend, id);
  if (found !== undefined) return found;
  throw new HostrollError(
    'BATCH_UNKNOWN',
    `No batch or submission "${id}" is known in ${backend.name}; "hostroll status --queue …" lists those that are, and one whose process has ended is steered where its folder is.`,
  );
}

const statusOfId = (backend: QueueBackend, id: string): Promise<SubmissionStatus | undefined> =>
  withQueue(backend, SUBMISSIONS, async (queue) => {
    let unreadable: SubmissionStatus | undefined;
    // Before the job: one that has ended by then tells how.
    const state = await queue.getJobState(id);
    const job = await readableJob(queue, id, () => {
      unreadable = unreadableStatus(id);
    });
    return job === undefined ? unreadable : statusOf(job, state);
  });

/**
 * Keeps an operator's word with a submission, in the order in which they come; its coordinator hears it there. Throws
 * `BATCH_UNKNOWN`, and `BATCH_ENDED` where nobody hears it any more.
 */
export async function sayToSubmission(backend: QueueBackend, id: string, word: Word): Promise<SubmissionStatus> {
  const status = await submissionStatus(backend, id);
  if (status.state === 'completed' || status.state === 'failed') {
    const message = `Submission ${status.id} has ended (${status.state}): no word changes it any more.`;
    throw new HostrollError('BATCH_ENDED', message);
  }
  await withQueue(backend, SUBMISSIONS, (queue) => queue.addJobLog(status.id, JSON.stringify(word)));
  return status;
}

/** The words that were said to a submission, the first `from` left out. */
export const wordsTo = (backend: QueueBackend, id: string, from: number): Promise<(Word | undefined)[]> =>
  withQueue(backend, SUBMISSIONS, async (queue) => {
    const { logs } = await queue.getJobLogs(id, from, -1);
    return logs.map((text) => WORD.safeParse(jsonOf(text)).data);
  });

/** All submissions the queue knows, oldest first. */
export const listSubmissions = (backend: QueueBackend): Promise<SubmissionStatus[]> =>
  withQueue(backend, SUBMISSIONS, async (queue) => {
    const unreadable: SubmissionStatus[] = [];
    const jobs = await readableJobs(queue, ['waiting', 'active', 'delayed', 'completed', 'failed'], (id) =>
      unreadable.push(unreadableStatus(id)),
    );
    const all = await Promise.all(
      jobs.map(async (job) => ({ at: job.timestamp, status: statusOf(job, await job.getState()) })),
    );
    return [...unreadable, ...all.sort((a, b) => a.at - b.at).map(({ status }) => status)];
  });

/** What lies among the submissions and is none: shown, so that somebody takes it away. */
const unreadableStatus = (id: string): SubmissionStatus => ({ id, state: 'unreadable', manifest: '?' });

function statusOf(job: Job, state: string): SubmissionStatus {
  const submission = SUBMISSION.safeParse(job.data).data;
  if (submission === undefined) return unreadableStatus(job.id ?? '?');
  const { id, manifest, coordinator, batch } = submission;
  const result = RESULT.safeParse(job.returnvalue).data;
  // A coordinator of another version may say it in another form.
  const progress = BATCH_VIEW.safeParse(job.progress).data;
  return {
    id,
    state,
    manifest,
    ...(coordinator === undefined ? {} : { coordinator }),
    ...(batch === undefined ? {} : { batch }),
    ...(progress === undefined ? {} : { progress }),
    ...(result === undefined ? {} : { exit_code: result.exit_code }),
    ...(result?.report === undefined ? {} : { report: result.report }),
    ...(job.failedReason ? { error: job.failedReason } : {}),
  };
}
