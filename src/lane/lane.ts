import type { LaneLimit, Quota } from './budget.ts';

/** Stands for every zone of the credentials. */
export const ALL_ZONES = 'all';

/** One credential's budget of API calls, and the zones whose calls it pays. */
export interface Lane {
  name: string;
  /** Ids and names of zones, lower case; empty where the only credential is for any zone. */
  zones: readonly string[];
  quota: Quota;
  /** Part of the quota that is ours, above 0, at most 1. */
  share: number;
  /** What `share` of the quota is in the queue, where it holds for every worker on the lane. */
  limit: LaneLimit;
  /** Why nobody can make calls for it, as the end of a sentence; absent where somebody can. */
  lacks?: string;
}

/** What the next of the calls that failed is: when it is made, as which of how many, and why it failed. */
export interface Retry {
  at: number;
  nth: number;
  most: number;
  reason: string;
}

/** What a look at a lane shows. */
export interface LaneSight {
  /** Workers on it; undefined where the queue cannot tell. */
  workers: number | undefined;
  /** Jobs wait for a worker that nobody has started. */
  isUnattended: boolean;
  /** Calls that failed and are made again, where no other job is left to do before; `at` in Unix milliseconds. */
  retry: Retry | undefined;
  /** The limit that it is held to, where that is another than its own: tuned, or set lower by another batch. */
  limit?: LaneLimit | undefined;
}
