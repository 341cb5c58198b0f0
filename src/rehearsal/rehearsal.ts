import type { BatchFileLane } from '../batch/ledger/batch-file.ts';
import type { CodeCount, Report } from '../report/report.ts';
import type { CallCounts, Hostname, Outcome, ZoneId } from '../terms.ts';
import type { CustomersAsked } from './sandbox-hostname.ts';

/** What `rehearse --json` prints: a prediction. Every member is described in docs/rehearsal.md. Times are virtual. */
export interface Rehearsal {
  manifest: Report['manifest'];
  zones: RehearsedZone[];
  /** With `range` all members are those of `none`, but for what is named after `all`. */
  customers: CustomersAsked;
  /** Of the credentials of its zones, which work side by side. */
  budget: { calls_per_second: number; lanes: Pick<BatchFileLane, 'name' | 'quota' | 'share'>[] };
  wait_ms: number;
  /** Sum of the three phases. */
  duration_ms: number;
  phases: { snapshot_ms: number; editing_ms: number; settling_ms: number };
  calls: CallCounts & { total: number };
  rows: Report['counts'];
  /** What `apply` would exit with. */
  exit_code: number | null;
  /** Hostnames of the plan's edits whose certificate waits for validation: before, at most, and at the end. */
  pending_validations: { before: number; peak: number; peak_at_ms: number; at_end: number };
  timeline: Moment[];
  /** Where the hostnames of the rows edited stand when the wait is over. */
  settled: Settled;
  /** The same where all customers act; null unless a range is asked for. */
  settled_if_all_act: Settled | null;
  would_fail: { rows: number; codes: CodeCount[]; hostnames: FailingRow[] };
  /** Rows edited whose hostname does not become active by itself. */
  customers_to_act: { rows: number; active_before: number; by_action: ActionCount[]; hostnames: WaitingRow[] };
  assumptions: string[];
}

interface RehearsedZone {
  zone_id: ZoneId;
  zone_name: string | null;
  /** As the API shows it, or as the rehearsal was told; null where neither says. */
  zone_plan: string | null;
  taken_at: string;
  hostnames: number;
  /** Hostnames that the simulator could not take: the same name twice in the zone. */
  left_out: number;
}

/** The hostnames of the plan's edits at one instant, counted from the start. */
export interface Moment {
  at_ms: number;
  rows_done: number;
  active: number;
  /** Where all customers act; absent unless a range is asked for. */
  active_if_all_act?: number;
  pending_validation: number;
}

/** Sum: the rows edited. */
export interface Settled {
  active: number;
  /** Not active yet, but active without anybody's doing: within an hour, a day, eight days. */
  active_later: { within_ms: number; rows: number }[];
  /** As `customers_to_act.rows`. */
  needs_customers: number;
}

export interface FailingRow {
  row: number;
  hostname: Hostname | null;
  outcome: Outcome;
  code: string | null;
}

/** What only a customer can do. */
export const ACTIONS = ['release_hold', 'point_hostname', 'fix_validation', 'publish_txt', 'publish_http'] as const;
export type Action = (typeof ACTIONS)[number];

interface ActionCount {
  action: Action;
  rows: number;
}

export interface WaitingRow {
  row: number;
  hostname: Hostname;
  action: Action;
  /** Whether the hostname was active before its edit. */
  active_before: boolean;
}
