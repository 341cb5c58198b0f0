import * as z from '../../json/zod.ts';
import { STAGES } from '../../terms.ts';
import { WAIT } from './wait.ts';

const count = z.number().int().min(0);
const rows = { edited: count, skipped: count, rejected: count, failed: count, gave_up: count, unprocessed: count };
const hostnames = { active: count, pending: count, errored: count, unknown: count };

/**
 * Where a batch stands at one moment: the one value for everybody who looks, in this process or elsewhere. Instants are
 * ISO 8601; what is not known is `null`.
 */
export const BATCH_VIEW = z.object({
  stage: z.enum(STAGES),
  /** Which part of the batch, counted from 1; 0 before the first. */
  wave: count,
  /** How many parts there are; absent where all is sent at once. */
  waves: count.optional(),
  /** When the stage ends at the latest. */
  until: z.string().nullable(),
  /** Rows that are through the stage; `total` is 0 while it is not known, as when a manifest is being read. */
  rows: z.object({ total: count, done: count }),
  outcomes: z.object(rows),
  /** Rows edited and skipped, by the state of their hostnames as read last. */
  settled: z.object(hostnames),
  /** Codes of rows that failed, were given up or rejected, the most frequent first; `failed`: the rejected ones left out. */
  errors: z.array(z.object({ code: z.string(), count, failed: count.default(0) })),
  /** `per_second` is the mean over the last 10 seconds; of a shorter time at most the budget. */
  calls: z.object({ made: count, per_second: z.number() }),
  /** Of all lanes together. */
  budget_per_second: z.number(),
  lanes: z.array(
    z.object({
      name: z.string(),
      budget_per_second: z.number(),
      /** Workers on it, where the queue can tell. */
      workers: count.nullable(),
    }),
  ),
  /** What holds the batch, or one of its lanes, up just now. */
  waits: z.array(WAIT),
  /** From the calls left and the budget; while settling, the longest it may still take. */
  eta_ms: z.number().nullable(),
});
export type BatchView = z.infer<typeof BATCH_VIEW>;
