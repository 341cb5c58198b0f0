import type { Quota } from '../../lane/budget.ts';
import type { BatchLane } from '../dispatch/lane-feed.ts';
import type { LaneZones } from './resolve-zones.ts';

/** A lane that a batch may use, whole. */
export interface PlanLane extends BatchLane, LaneZones {
  quota: Quota;
  /** Part of the quota that its limit spends, 0 to 1. */
  share: number;
}
