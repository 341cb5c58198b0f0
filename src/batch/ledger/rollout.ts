import * as z from '../../json/zod.ts';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

/** How far a wave goes, earlier ones included: to so many of the rows that are to be sent, or to such a part of them. */
const WAVE_SIZE = z.union([z.object({ rows: count }), z.object({ share })]);
export type WaveSize = z.infer<typeof WAVE_SIZE>;

/** More waves than anybody looks at; rows keep the number of theirs in a byte. */
export const MOST_WAVES = 100;

/** In which parts a batch is carried out, and what lets the next one begin. */
const WAVES = z.looseObject({
  /** The last is `{share: 1}`. */
  sizes: z.array(WAVE_SIZE).min(1).max(MOST_WAVES),
  /** How long a wave may take to settle, before the next one. */
  wait_ms: z.number().min(0),
  /** Most of the edited rows of a wave that may still be pending then. */
  max_pending: share,
  /** Each wave but the last ends at a gate, and a person says go. */
  confirm: z.boolean(),
});

/** What may be wrong with rows, of which a rule counts one kind. What each says of a row: `batch/run/trouble.ts`. */
const TROUBLES = ['failed', 'lacking', 'unreachable', 'lost', 'errored', 'not_in_effect'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What sets rows apart that are counted each by themselves. */
const SLICE_BY = ['lane', 'zone_id', 'certificate_authority', 'method', 'code'] as const;
export type SliceBy = (typeof SLICE_BY)[number];

const RULE_ACTIONS = ['hold_slice', 'hold', 'stop'] as const;

/** When a batch is not to go on by itself. It fires where `count` and `share` both hold, as far as they are given. */
export const STOP_RULE = z.looseObject({
  /** By which it is told apart from others. */
  name: z.string().min(1),
  trouble: z.enum(TROUBLES),
  per: z.array(z.enum(SLICE_BY)),
  /** Rows that must have come to their end before it says anything. */
  least: count.optional(),
  /** So many rows in trouble. */
  count: count.min(1).optional(),
  /** Such a part of them. */
  share: share.optional(),
  /** Of the last so many rows; absent: of all. */
  window: count.min(1).max(10_000).optional(),
  action: z.enum(RULE_ACTIONS),
});
export type StopRule = z.infer<typeof STOP_RULE>;

/** How many rows that order certificates are begun on a lane in any window of time. */
const ISSUANCE = z.looseObject({ orders: count.min(1), window_seconds: z.number().positive() });
export type IssuanceLimit = z.infer<typeof ISSUANCE>;

/** How a plan is carried out; of batches of earlier versions absent. */
export const ROLLOUT = z.looseObject({
  waves: WAVES.optional(),
  rules: z.array(STOP_RULE),
  /** Null for none; absent of batches of earlier versions, which have none. */
  issuance: ISSUANCE.nullable().optional(),
});
export type Rollout = z.infer<typeof ROLLOUT>;
export type Waves = z.infer<typeof WAVES>;

/**
 * Rules that hold where nothing else is said. Small numbers in a row where one more row cannot tell more; large ones where
 * rows may have causes of their own.
 */
export const DEFAULT_RULES: readonly StopRule[] = [
  { name: 'unreachable', trouble: 'unreachable', per: ['lane'], count: 20, window: 20, action: 'stop' },
  { name: 'lost', trouble: 'lost', per: ['lane', 'code'], count: 20, window: 20, action: 'stop' },
  { name: 'lacking', trouble: 'lacking', per: ['zone_id', 'code'], count: 3, window: 3, action: 'hold_slice' },
  {
    ...{ name: 'alike', trouble: 'failed', least: 10, share: 0.5, action: 'hold_slice' },
    per: ['zone_id', 'certificate_authority', 'method', 'code'],
  },
  { name: 'failed', trouble: 'failed', per: [], least: 100, share: 0.2, window: 1_000, action: 'stop' },
  { name: 'errored', trouble: 'errored', per: [], share: 0.1, action: 'hold' },
  { name: 'not_in_effect', trouble: 'not_in_effect', per: [], share: 0.1, action: 'hold' },
];

export const MAX_FAILURES = 'max_failures';

/** The rule by which a batch is held when more than so many rows have failed. */
export const maxFailures = (rows: number): StopRule => ({
  ...{ name: MAX_FAILURES, trouble: 'failed', per: [], count: rows + 1, action: 'hold' },
});
