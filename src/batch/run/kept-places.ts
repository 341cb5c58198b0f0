import * as z from '../../json/zod.ts';
import { fromQueue, toQueue } from '../../lane/queue-value.ts';
import { patiently } from '../../queue/patiently.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJobs } from '../../queue/readable-jobs.ts';
import { quietQueue } from '../../queue/with-queue.ts';
import type { BatchId } from '../../terms.ts';

/** Places of a budget that a batch has taken on a lane: when each is free again, in Unix milliseconds. */
const KEPT = z.object({ v: z.literal(1), lane: z.string(), free_at: z.array(z.number()) });

/** The queue of them: a job for each batch and lane, which nobody works on. */
const PLACES = 'issuance';

/** What batches on one queue know of each other's places, those that have ended included. */
export interface KeptPlaces {
  /** When the places of other batches on the lane are free again that are not free at `now`. */
  others(lane: string, now: number): Promise<number[]>;
  /** The own ones are these from here on; resolves when others know. */
  keep(lane: string, freeAt: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** Those of a queue, which outlast their batches. A server that is away is waited for. */
export function placesIn(backend: QueueBackend, batch: BatchId): KeptPlaces {
  const queue = quietQueue(backend, PLACES);
  let keeping: Promise<unknown> = Promise.resolve();
  return {
    others: (of, now) =>
      patiently(async () => {
        const taken: number[] = [];
        for (const { id = '', data } of await readableJobs(queue, ['waiting'])) {
          const { lane, free_at = [] } = fromQueue(data, KEPT) ?? {};
          const left = free_at.filter((at) => at > now);
          if (left.length === 0) await queue.remove(id);
          else if (lane === of && id !== idOf(batch, of)) taken.push(...left);
        }
        return taken;
      }),
    keep: (lane, freeAt) => {
      const data = toQueue({ v: 1, lane, free_at: freeAt });
      const put = () =>
        patiently(async () => {
          const job = await queue.add('places', data, { jobId: idOf(batch, lane) });
          await job.updateData(data);
        });
      const kept = keeping.then(put);
      keeping = kept.catch(() => {});
      return kept;
    },
    close: async () => {
      await keeping;
      await queue.close();
    },
  };
}

const idOf = (batch: BatchId, lane: string): string => `${batch}-${lane}`;
