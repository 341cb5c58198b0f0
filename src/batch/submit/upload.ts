import { createHash } from 'node:crypto';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJob } from '../../queue/readable-jobs.ts';
import { obliterate, quietQueue } from '../../queue/with-queue.ts';
import { HostrollError } from '../../terms.ts';
import type { Submission } from './submission.ts';

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
  const queue = quietQueue(backend, uploadQueueName(id));
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

/** The bytes of an uploaded manifest, in order. Throws `UPLOAD_LOST` where the queue no longer has them all as they were. */
export async function* download(backend: QueueBackend, { id, chunks, sha256 }: Submission): AsyncGenerator<Buffer> {
  const lost = () =>
    new HostrollError('UPLOAD_LOST', `The queue has lost the manifest of submission ${id}; submit it again.`);
  const queue = quietQueue(backend, uploadQueueName(id));
  const digest = createHash('sha256');
  try {
    for (let number = 1; number <= chunks; number++) {
      const job = await readableJob(queue, chunkId(number));
      const text = (job?.data as { bytes?: unknown } | null | undefined)?.bytes;
      if (typeof text !== 'string') throw lost();
      const bytes = Buffer.from(text, 'base64');
      digest.update(bytes);
      yield bytes;
    }
    if (digest.digest('hex') !== sha256) throw lost();
  } finally {
    await queue.close();
  }
}

/** Removes an upload from the queue. */
export const discardUpload = (backend: QueueBackend, id: string): Promise<void> =>
  obliterate(backend, uploadQueueName(id));
