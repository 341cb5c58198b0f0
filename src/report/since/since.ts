import type { Actor } from '../../hostname/actor.ts';
import type { HostnamePhase } from '../../hostname/phase.ts';
import type { BatchId, Hostname, Settlement } from '../../terms.ts';
import type { DeadlineKind } from './state-history.ts';

/** The kinds of change of a hostname, and what goes on unchanged. A flapping one is also in the list of its state. */
export const CHANGES = ['newly_broken', 'flapping', 'still_pending', 'newly_active'] as const;
export type StateChange = (typeof CHANGES)[number];

/** What all batches know to have changed since an instant: the `since` section of `report.json`, see docs/report.md. */
export interface Since extends Record<StateChange, ChangedHostname[]> {
  /** As it was asked for: a date, a batch. */
  given: string;
  /** The instant that is compared with, and that of the comparison; ISO 8601. */
  from: string;
  now: string;
  /** The zone in which nights are counted. */
  time_zone: string;
  /** Batches that have read anything since. */
  batches: BatchId[];
  counts: Record<StateChange, number>;
  /** How many of the still pending have been so for how many nights, the longest first. */
  nights: { nights: number; count: number }[];
  deadlines_count: number;
  /** What is lost within 48 hours, the nearest first. */
  deadlines: NearDeadline[];
}

export interface ChangedHostname {
  hostname: Hostname | null;
  custom_hostname_id: string | null;
  zone_id: string | null;
  /** The batch that read it last, and when. */
  batch: BatchId;
  read_at: string;
  before: Settlement | null;
  now: Settlement | null;
  phase: HostnamePhase;
  who_acts: Actor;
  /** Since when it has not been active, and how many nights that is; `null` where it is active. */
  not_active_since: string | null;
  nights: number | null;
  /** How often it stopped being active without an edit of ours, and became active again. */
  drops: number;
  recoveries: number;
}

export interface NearDeadline extends ChangedHostname {
  kind: DeadlineKind;
  at: string;
  estimate: boolean;
}
