import * as z from '../../json/zod.ts';

const lane = z.string();
const count = z.int().min(0);
/** ISO 8601. */
const until = z.string();

/** Something that holds a batch up, or one of its lanes, and until when, where that is known. */
export const WAIT = z.discriminatedUnion('what', [
  /** The lane makes no calls. `reason` is a short clause, e.g. "API answered 429". */
  z.object({ what: z.literal('cooling'), lane, until, code: z.string(), reason: z.string() }),
  /** The lane's jobs wait for a worker that nobody has started. */
  z.object({ what: z.literal('worker'), lane }),
  /** All that is left on the lane are calls that failed; the first is made again then, as its `nth` of `most`. */
  z.object({
    what: z.literal('retry'),
    lane,
    until,
    nth: count.default(1),
    most: count.default(1),
    reason: z.string().default('the call failed'),
  }),
  /** Rows that order certificates wait for their turn: so many are begun in so many seconds. */
  z.object({ what: z.literal('issuance'), lane, orders: z.int(), window_seconds: z.number() }),
  /** The states of hostnames are read again then. */
  z.object({ what: z.literal('look'), until }),
  /** Somebody or something holds the batch, or a part of it; `who`: operator, gate, rule or lane. */
  z.object({ what: z.literal('hold'), who: z.string(), reason: z.string(), until: until.optional() }),
  /** On the way to a pause or to the end: so many calls are being made, which end by then. */
  z.object({ what: z.literal('resting'), calls: count, until }),
]);
export type Wait = z.infer<typeof WAIT>;
