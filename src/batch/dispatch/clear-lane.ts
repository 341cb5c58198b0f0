import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { BundleQueue } from '../../lane/bundle-queue.ts';
import { LANE_JOB, type LaneJob, laneQueueName } from '../../lane/lane-job.ts';
import { fromQueue, toQueue } from '../../lane/queue-value.ts';
import type { Job, Queue } from '../../queue/bullmq.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJob, readableJobs } from '../../queue/readable-jobs.ts';
import { withQueue } from '../../queue/with-queue.ts';
import type { BatchId } from '../../terms.ts';

const REMOVALS_AT_ONCE = 50;

/** The result of taking jobs out of a lane. */
export interface Removed {
  job: LaneJob;
  /** False where its call is being made right now. */
  removed: boolean;
  /** Whether a call of it may have taken effect that nobody has told of. */
  inDoubt: boolean;
}

/**
 * Takes the jobs that match out of a lane's queue, those first that would begin next. A lane holds a window of jobs, so that all
 * of them may be looked at.
 */
export async function removeJobs(lane: Queue, matches: (job: LaneJob) => boolean): Promise<Removed[]> {
  const all = await readableJobs(lane, ['waiting', 'delayed', 'prioritized', 'active']);
  const wanted = all.filter((queued) => {
    const job = jobIn(queued);
    return job !== undefined && matches(job);
  });
  const removed = await pLimit(REMOVALS_AT_ONCE).map(wanted, ({ id = '' }) => removeJob(lane, id));
  return removed.filter((one) => one !== undefined);
}

/** Looks at the job once more first: a call of it may have ended since, and left it in doubt. */
async function removeJob(lane: Queue, id: string): Promise<Removed | undefined> {
  const queued = await readableJob(lane, id);
  const job = queued && jobIn(queued);
  if (queued === undefined || job === undefined) return undefined;
  const removed = await queued.remove().then(
    () => true,
    () => false,
  );
  // A worker that died in mid-call has left no trace in the job itself; the queue has counted its start.
  const diedInMidCall = queued.attemptsStarted > job.activations;
  const inDoubt = job.kind === 'row' && (job.in_doubt || diedInMidCall);
  return { job, removed, inDoubt };
}

/**
 * Makes what an earlier run of the batch left in a lane be read before it is sent: what others did since that run ended, nobody
 * knows. What the jobs have learned, and how often workers died with them, stays. (Those in hand are their worker's: dead, it
 * leaves them in doubt.)
 */
export async function outdateJobs(lane: Queue, batch: BatchId): Promise<void> {
  const left = await readableJobs(lane, ['waiting', 'delayed', 'prioritized']);
  await pLimit(REMOVALS_AT_ONCE).map(left, async (queued) => {
    const job = jobIn(queued);
    if (job?.kind !== 'row' || job.batch !== batch) return;
    // Gone meanwhile: a worker was quicker.
    await queued.updateData(toQueue({ ...job, fresh_until: 0 })).catch(() => {});
  });
}

/** Undefined for what is no job of hostroll: it is the worker's to set it aside. */
const jobIn = (queued: Job): LaneJob | undefined => fromQueue(queued.data, LANE_JOB);

/**
 * Takes out of a lane what other batches than `keep` left there. For a queue that one process owns, before its worker
 * starts: the process that left them is dead, and their edits must not be sent behind the back of a newer plan, or of a command that
 * only reads. Their rows stay in their own ledger, in doubt. Those of `keep` are read before they are sent.
 */
export async function clearLane(
  backend: QueueBackend,
  { lane, keep, log }: { lane: string; keep: BatchId | undefined; log: Logger },
): Promise<void> {
  const removed = await withQueue(backend, laneQueueName(lane), async (queue) => {
    if (keep !== undefined) await outdateJobs(queue, keep);
    return removeJobs(queue, (job) => job.batch !== keep);
  });
  // Their sealed bundles go with them; a resume puts them back.
  for (const batch of new Set(removed.map(({ job }) => job.batch))) {
    const bundles = new BundleQueue(backend, batch, log);
    await bundles.clear();
    await bundles.close();
  }
}
