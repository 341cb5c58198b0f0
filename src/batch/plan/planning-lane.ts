import type { Logger } from 'pino';
import type { ReadValue } from '../../lane/lane-result.ts';
import type { Priority } from '../../lane/priority.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { type BatchId, HostrollError } from '../../terms.ts';
import type { LimitedLane } from '../dispatch/batch-lane-queue.ts';
import { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import type { LaneListener } from '../dispatch/lane-listener.ts';
import { withLease } from '../dispatch/lease.ts';
import { ReadCalls } from '../dispatch/read-calls.ts';
import type { LiveView } from '../view/live-view.ts';

export interface PlanningLaneParts {
  backend: QueueBackend;
  lanes: readonly LimitedLane[];
  interrupt: AbortSignal;
  progress: LiveView;
  log: Logger;
  now(): number;
  /** What an interruption is reported as. */
  interrupted?: string;
  /** Of its reads; normal if not given. */
  priority?: Priority;
}

/**
 * Lends the lanes of a batch to its planner: only reads, counted in `reads`. What `use` rejects with comes out; where
 * the caller's signal says so, that is `INTERRUPTED`. Nothing of it is left in the queue afterwards; where this process
 * dies, others clear it away.
 */
export function withPlanningLane<T>(
  parts: PlanningLaneParts,
  batch: BatchId,
  use: (lane: LaneDispatcher, reads: ReadCalls) => Promise<T>,
): Promise<T> {
  const held = { kind: 'reads', id: batch, lanes: parts.lanes.map(({ name }) => name) } as const;
  return withLease(parts.backend, held, () => lend(parts, batch, use));
}

async function lend<T>(
  parts: PlanningLaneParts,
  batch: BatchId,
  use: (lane: LaneDispatcher, reads: ReadCalls) => Promise<T>,
): Promise<T> {
  const reads = new ReadCalls();
  // Member by member: callers hand over all they have, and what is called `bundles` there is something else.
  const { backend, lanes, log, now, progress, priority: own = 'normal' } = parts;
  const priority = () => own;
  const lane = new PlanningLane({
    backend,
    lanes,
    log,
    now,
    batch,
    listener: planListener(reads, progress, log),
    priority,
  });
  const { interrupted: sentence = 'Interrupted before anything was sent.' } = parts;
  const interruption = new HostrollError('INTERRUPTED', sentence);
  const interrupted = () => lane.abandonReads(interruption);
  parts.interrupt.addEventListener('abort', interrupted);
  try {
    if (parts.interrupt.aborted) throw interruption;
    await lane.setLimits();
    await lane.takeOver();
    await lane.start();
    return await use(lane, reads);
  } finally {
    parts.interrupt.removeEventListener('abort', interrupted);
    // Reads that nobody waits for any more would bring their answers into a queue that nobody empties.
    await lane.clear();
    await lane.close();
  }
}

/** What the API says of a zone that the credential may not read, or that has no custom hostnames (1404, 1456). */
const NO_ACCESS: ReadonlySet<string> = new Set(['CF_UNAUTHORIZED', 'CF_1404', 'CF_1456', 'CF_7003']);

class PlanningLane extends LaneDispatcher {
  override async read(job: Parameters<LaneDispatcher['read']>[0]): Promise<ReadValue> {
    try {
      return await super.read(job);
    } catch (error) {
      if (!(error instanceof HostrollError) || !NO_ACCESS.has(error.code)) throw error;
      throw new HostrollError('ZONE_NO_ACCESS', `Zone ${job.zone_id} cannot be read: ${sentence(error.message)}`);
    }
  }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const planListener = (reads: ReadCalls, progress: LiveView, log: Logger): LaneListener => ({
  rowDone: async () => {},
  expects: () => false,
  inDoubt: () => {},
  cooling: async (until, reason, lane, asked) => progress.cooling(until, reason, lane, asked),
  saw: (lane, sight) => progress.saw(lane, sight),
  refused: async () => {},
  refusesAlone: true,
  leftOut(entries) {
    reads.leftOut.push(...entries);
    log.warn({ event: 'entries_left_out', entries });
  },
  called: (calls) => {
    progress.called(calls);
    reads.add(calls);
  },
});
