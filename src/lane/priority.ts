/**
 * How calls of several batches on one lane take turns: those of an urgent batch go first, those of a low one last. Batches of the
 * same priority keep windows of the same size in the queue, which is first in, first out: so they share the lane evenly.
 */
export const PRIORITIES = ['urgent', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The queue's own number: the smallest goes first. A job without one (0) would go before all that have one. */
export const queuePriority = (priority: Priority): number => PRIORITIES.indexOf(priority) + 1;
