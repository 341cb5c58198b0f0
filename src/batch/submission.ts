import { createHash } from 'node:crypto';
import { Queue } from 'bullmq';
import { z } from 'zod';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { type BatchId, HOUR, HostrollError } from '../terms.ts';
import type { Progress } from './progress.ts';

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
  wait_ms: z.number(),
  wait_strict: z.boolean(),
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
  progress?: Progress;
  exit_code?: number;
  /** Why it failed: it could not be planned. */
  error?: string;
}

/** How a submission ended: the return value of its job. */
export interface SubmissionResult {
  batch: BatchId;
  exit_code: number;
}

/** Bytes of one uploaded piece; as text in the queue they take a third more. */
const CHUNK_BYTES = 256 * 1024;
/** The whole upload passes through the queue's memory. 256 MiB of gzip are some 20 million rows. */
const UPLOAD_MAX_BYTES = 256 * 1024 * 1024;

const uploadQueueName = (id: string): string => `upload-${id}`;
const chunkId = (number: number): string => `chunk-${number}`;

/**
 * Puts the bytes of a manifest into the queue, piece by piece. Resolves with what a coordinator needs to get them back.
 * Throws `UPLOAD_TOO_LARGE`.
 */
export async function upload(
  backend: QueueBackend,
  id: string,
  bytes: AsyncIterable<Buffer>,
): Promise<{ chunks: number; sha256: string }> {
  const queue = new Queue(uploadQueueName(id), backend.options, backend.factory);
  const digest = createHash('sha256');
  let [chunks, size] = [0, 0];
  const put = async (piece: Buffer) => {
    chunks++;
    await queue.add('chunk', { bytes: piece.toString('base64') }, { jobId: chunkId(chunks) });
  };
  try {
    let pending = Buffer.alloc(0);
    for await (const part of bytes) {
      digest.update(part);
      size += part.length;
      if (size > UPLOAD_MAX_BYTES) {
        throw new HostrollError(
          'UPLOAD_TOO_LARGE',
          `The manifest has more than ${UPLOAD_MAX_BYTES / 1024 / 1024} MiB; compress it with gzip, or split it.`,
        );
      }
      pending = Buffer.concat([pending, part]);
      for (; pending.length >= CHUNK_BYTES; pending = pending.subarray(CHUNK_BYTES))
        await put(pending.subarray(0, CHUNK_BYTES));
    }
    if (pending.length > 0 || chunks === 0) await put(pending);
    return { chunks, sha256: digest.digest('hex') };
  } catch (error) {
    await queue.obliterate({ force: true });
    throw error;
  } finally {
    await queue.close();
  }
}

/** The bytes of an uploaded manifest, in order. Throws `UPLOAD_LOST` where the queue no longer has them all. */
export async function* download(backend: QueueBackend, { id, chunks }: Submission): AsyncGenerator<Buffer> {
  const queue = new Queue(uploadQueueName(id), backend.options, backend.factory);
  try {
    for (let number = 1; number <= chunks; number++) {
      const job = await queue.getJob(chunkId(number));
      if (job === undefined) {
        throw new HostrollError('UPLOAD_LOST', `The queue has lost the manifest of submission ${id}; submit it again.`);
      }
      yield Buffer.from((job.data as { bytes: string }).bytes, 'base64');
    }
  } finally {
    await queue.close();
  }
}

/** Removes an upload from the queue. */
export async function discardUpload(backend: QueueBackend, id: string): Promise<void> {
  const queue = new Queue(uploadQueueName(id), backend.options, backend.factory);
  await queue.obliterate({ force: true });
  await queue.close();
}

/** Hands an uploaded batch to whichever coordinator is free. */
export async function submit(backend: QueueBackend, submission: Submission): Promise<void> {
  const queue = new Queue(SUBMISSIONS, backend.options, backend.factory);
  try {
    await queue.add('batch', submission, {
      jobId: submission.id,
      attempts: 1,
      removeOnComplete: { age: (30 * 24 * HOUR) / 1_000 },
      removeOnFail: { age: (30 * 24 * HOUR) / 1_000 },
      stackTraceLimit: 0,
    });
  } finally {
    await queue.close();
  }
}

/** All submissions the queue knows, oldest first. */
export async function listSubmissions(backend: QueueBackend): Promise<SubmissionStatus[]> {
  const queue = new Queue(SUBMISSIONS, backend.options, backend.factory);
  try {
    const jobs = await queue.getJobs(['waiting', 'active', 'delayed', 'completed', 'failed']);
    const all = await Promise.all(
      jobs.map(async (job): Promise<SubmissionStatus & { at: number }> => {
        const { id, manifest, coordinator, batch } = SUBMISSION.parse(job.data);
        const result = job.returnvalue as SubmissionResult | null;
        return {
          id,
          state: await job.getState(),
          manifest,
          ...(coordinator === undefined ? {} : { coordinator }),
          ...(batch === undefined ? {} : { batch }),
          ...(typeof job.progress === 'object' ? { progress: job.progress as Progress } : {}),
          ...(result === null || result === undefined ? {} : { exit_code: result.exit_code }),
          ...(job.failedReason ? { error: job.failedReason } : {}),
          at: job.timestamp,
        };
      }),
    );
    return all.sort((a, b) => a.at - b.at).map(({ at: _, ...status }) => status);
  } finally {
    await queue.close();
  }
}
