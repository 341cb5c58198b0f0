import type { Logger } from 'pino';
import { laneQueueName } from '../../lane/lane-job.ts';
import { resultsQueueName } from '../../lane/lane-result.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { obliterate, withQueue } from '../../queue/with-queue.ts';
import type { BatchId } from '../../terms.ts';
import { removeJobs } from '../dispatch/clear-lane.ts';
import { endLease, type Held, LEASE_MS, overdueLeases } from '../dispatch/lease.ts';
import { isSubmitted } from './submission.ts';
import { discardUpload } from './upload.ts';

/**
 * Clears away what processes left in the queue that died in mid-planning or mid-upload, where their leases are over at `now`.
 * A lease that cannot be read is named in the log, unless `named` has it already.
 */
export async function clearOverdue(
  backend: QueueBackend,
  now: number,
  log: Logger,
  named = new Set<string>(),
): Promise<void> {
  const name = (id: string) => {
    if (!named.has(id)) log.warn({ event: 'lease_unreadable', id });
    named.add(id);
  };
  for (const held of await overdueLeases(backend, now, name)) {
    if (!(await clear(backend, held))) continue;
    await endLease(backend, held);
    log.info({ event: 'leftovers_cleared', held });
  }
}

/** Clears now, and then as often as leases run out. The returned function ends that. */
export async function keepCleared(backend: QueueBackend, log: Logger): Promise<() => Promise<void>> {
  const named = new Set<string>();
  const once = () =>
    clearOverdue(backend, Date.now(), log, named).catch((error: Error) => {
      log.warn({ event: 'leftovers_kept', error: error.message });
    });
  await once();
  // From here on, what is in a queue that only this process can reach is its own.
  if (backend.exclusive) return async () => {};
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(once);
  }, LEASE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** Resolves with false where some of it is still in a worker's hands, and the rest has to wait for that. */
async function clear(backend: QueueBackend, held: Held): Promise<boolean> {
  switch (held.kind) {
    case 'upload':
      // The submission was handed over, and its coordinator has use for the manifest.
      if (!(await isSubmitted(backend, held.id))) await discardUpload(backend, held.id);
      return true;
    case 'reads':
      for (const lane of held.lanes) if (!(await clearReads(backend, lane, held.id))) return false;
      await obliterate(backend, resultsQueueName(held.id));
      return true;
  }
}

const clearReads = (backend: QueueBackend, lane: string, batch: BatchId): Promise<boolean> =>
  withQueue(backend, laneQueueName(lane), async (queue) => {
    const jobs = await removeJobs(queue, (job) => job.batch === batch && job.kind !== 'row');
    return jobs.every(({ removed }) => removed);
  });
