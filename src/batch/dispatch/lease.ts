import * as z from '../../json/zod.ts';
import { fromQueue, toQueue } from '../../lane/queue-value.ts';
import { patiently } from '../../queue/patiently.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJobs } from '../../queue/readable-jobs.ts';
import { quietQueue, withQueue } from '../../queue/with-queue.ts';
import { type BatchId, MINUTE } from '../../terms.ts';

/** What a process has in the queue only while it is at it, and nobody asks for once it has died. */
const HELD = z.discriminatedUnion('kind', [
  /** Reads of the planner, in these lanes, and their answers. */
  z.object({
    kind: z.literal('reads'),
    id: z.custom<BatchId>((value) => typeof value === 'string' && value.length > 0),
    lanes: z.array(z.string()),
  }),
  /** Pieces of a manifest whose submission is not handed over yet. */
  z.object({ kind: z.literal('upload'), id: z.string().min(1) }),
]);
export type Held = z.infer<typeof HELD>;

/** A lease as the queue keeps it: over at `until`, in milliseconds since 1970. */
const LEASE = z.object({ v: z.literal(1), held: HELD, until: z.number() });

/** The queue of leases: a job for each, which nobody works on. */
const LEASES = 'leases';
/** Long beside what clocks of machines differ by, and beside an outage of the queue. */
export const LEASE_MS = 10 * MINUTE;
const RENEW_EVERY_MS = 2 * MINUTE;

const leaseId = ({ kind, id }: Held): string => `${kind}-${id}`;

/** Says in the queue that `held` is in use for as long as `use` runs; where this process dies, the lease runs out. */
export async function withLease<T>(backend: QueueBackend, held: Held, use: () => Promise<T>): Promise<T> {
  const queue = quietQueue(backend, LEASES);
  const jobId = leaseId(held);
  /** Sets it again, too, where the queue has lost it. */
  const renew = async () => {
    const lease = toQueue({ v: 1, held, until: Date.now() + LEASE_MS });
    const job = await queue.add('lease', lease, { jobId });
    await job.updateData(lease);
  };
  let renewing: Promise<void> | undefined;
  const timer = setInterval(() => {
    renewing ??= renew()
      .catch(() => {})
      .finally(() => {
        renewing = undefined;
      });
  }, RENEW_EVERY_MS);
  timer.unref();
  try {
    await patiently(renew);
    return await use();
  } finally {
    clearInterval(timer);
    await renewing;
    await queue.remove(jobId);
    await queue.close();
  }
}

/**
 * Leases that are over at `now`: their processes have died, or have been cut off for as long. Of a queue that this process
 * has just opened as the only one, all are. `onUnreadable` is told the id of what is no lease; it stays where it is.
 */
export const overdueLeases = (
  backend: QueueBackend,
  now: number,
  onUnreadable: (id: string) => void = () => {},
): Promise<Held[]> =>
  withQueue(backend, LEASES, async (queue) => {
    const jobs = await readableJobs(queue, ['waiting'], onUnreadable);
    const leases = jobs.flatMap((job) => {
      const lease = fromQueue(job.data, LEASE);
      if (lease === undefined) onUnreadable(job.id ?? '?');
      return lease ?? [];
    });
    return leases.filter(({ until }) => backend.exclusive || until < now).map(({ held }) => held);
  });

/** Forgets the lease of what has been cleared away. */
export const endLease = async (backend: QueueBackend, held: Held): Promise<void> => {
  await withQueue(backend, LEASES, (queue) => queue.remove(leaseId(held)));
};
