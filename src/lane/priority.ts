/**
 * How calls of several batches on one lane take turns: those of an urgent batch go first, those of a low one last. Batches of the
 * same priority share the lane evenly: a call goes before those that have more of their own batch before them.
 */
export const PRIORITIES = ['urgent', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Most calls of one batch that are told apart; three times as many is what the queue's number allows (2^21). */
const MOST_AHEAD = 500_000;

/**
 * The queue's own number, of a call that `ahead` calls of its batch go before: the smallest goes first, equal ones in their order. A job
 * without one (0) would go before all that have one.
 */
export const queuePriority = (priority: Priority, ahead: number): number =>
  PRIORITIES.indexOf(priority) * MOST_AHEAD + Math.min(ahead, MOST_AHEAD - 1) + 1;
