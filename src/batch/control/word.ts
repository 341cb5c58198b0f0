import * as z from '../../json/zod.ts';
import { PRIORITIES } from '../../lane/priority.ts';
import { OPERATOR } from './operator.ts';

const instant = z.iso.datetime({ offset: true });
const positive = z.number().positive();

/** Longest reason that is kept, in characters: it stands in ledgers, views and reports, and is one write of one line. */
export const LONGEST_REASON = 500;

/** Rows that are alike: every member that is given must fit. */
const SLICE = z.strictObject({
  lane: z.string().exactOptional(),
  certificate_authority: z.string().exactOptional(),
  method: z.string().exactOptional(),
  zone_id: z.string().exactOptional(),
});

/** Who says it, when, and from where. `id` tells words apart that come by two ways. */
const said = {
  v: z.literal(1),
  id: z.string().min(1),
  at: instant,
  by: OPERATOR,
  reason: z.string().max(LONGEST_REASON).exactOptional(),
};

/** What may be changed while a batch runs; members that are absent stay as they are. */
const TUNING = z.object({
  /** Part of the quota, above 0 up to 1, of every lane of the batch. */
  share: positive.max(1).exactOptional(),
  quota: z.object({ calls: positive, window_seconds: positive }).exactOptional(),
  /** Most rows in the queue at a time. */
  window: z.int().positive().exactOptional(),
  priority: z.enum(PRIORITIES).exactOptional(),
  /** Rows that may fail before the batch is held. */
  max_failures: z.int().min(0).exactOptional(),
});
export type Tuning = z.infer<typeof TUNING>;

/**
 * An operator's word to a batch. `pause` holds it, or those of its rows, until that instant, or until somebody says `go`; `go` lifts what operators,
 * gates and stop rules hold; `cancel` ends it for good.
 */
export const WORD = z.discriminatedUnion('word', [
  z.object({ ...said, word: z.literal('pause'), until: instant.exactOptional(), of: SLICE.exactOptional() }),
  z.object({ ...said, word: z.literal('go') }),
  z.object({ ...said, word: z.literal('cancel') }),
  z.object({ ...said, word: z.literal('tune'), tune: TUNING }),
]);
export type Word = z.infer<typeof WORD>;
