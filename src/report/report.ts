import type { Tuning, Word } from '../batch/control/word.ts';
import type { WaveVerdict } from '../batch/ledger/ledger-event.ts';
import type { CertificateFacts } from '../certificate/bundle.ts';
import type { Cause } from '../dcv/causes.ts';
import type { Finding } from '../dcv/finding.ts';
import type { Actor } from '../hostname/actor.ts';
import type { Deadlines, Instant } from '../hostname/deadlines.ts';
import type { OwnershipVerification, OwnershipVerificationHttp, ValidationRecord } from '../hostname/live.ts';
import type { HostnamePhase } from '../hostname/phase.ts';
import type {
  BatchId,
  CallCounts,
  CustomHostnameId,
  Hostname,
  Operator,
  Outcome,
  Settlement,
  ZoneId,
} from '../terms.ts';
import type { Since } from './since/since.ts';

/** `report.json`; every member is described in docs/report.md. What is not known is `null`, never left out. */
export interface Report {
  /** The version of hostroll that planned the batch. */
  version: string;
  batch: BatchId;
  state: 'finished' | 'stopped' | 'unfinished';
  exit_code: number | null;
  /** The command that carries the batch on; null where nothing is left to do in it. */
  resume: string | null;
  stopped: Stopped | null;
  started_at: string | null;
  finished_at: string | null;
  /** When the states of hostnames were read last. */
  states_as_of: string | null;
  /** What operators said, in the order in which it was heard. */
  control: { at: string; by: Operator; word: Word['word']; reason?: string; until?: string; tune?: Tuning }[];
  /** Time worked, pauses between a stop and the resume left out; in milliseconds. */
  duration_ms: number;
  manifest: { path: string; rows: number; sha256: string; format: 'csv' | 'jsonl' };
  zones: ZoneId[];
  /** Sum of the outcomes: `rows`. */
  counts: { rows: number } & Record<Outcome, number>;
  /** Sum: the rows edited and skipped. */
  settled: Record<Settlement | 'unknown', number>;
  /** The same rows by phase; those not read are in none. */
  phases: Record<HostnamePhase, number>;
  calls: CallCounts & { total: number };
  /** Outcomes that reached the ledger more than once; the first counts. */
  duplicate_outcomes: number;
  /** Codes of the rows failed, given up and rejected, the most frequent first. */
  errors: CodeCount[];
  /** Codes of the rows skipped. */
  skips: CodeCount[];
  /** What is to be remarked of rows edited. */
  remarks: CodeCount[];
  /** Why rows failed, hostnames are not active and changes do not show, those first for which the operator must act. */
  causes: Cause[];
  cooling: { at: string; until: string; reason: string }[];
  /** What each wave but the last has done, as it was judged before the next; empty where there are none. */
  waves: WaveVerdict[];
  /** Names of the files in the batch folder, `report.json` among them. */
  files: string[];
  /** What all batches know to have changed since an instant, where that was asked for. */
  since: Since | null;
  /** Bundles that rows bring, the most used first. */
  bundles: BundleReport[];
  pending_dcv_count: number;
  not_in_effect_count: number;
  pending_dcv: PendingDcv[];
  not_in_effect: NotInEffect[];
}

/** What became of a bundle. The counts sum up to `rows`. */
export interface BundleReport {
  /** Id and name as the plan has them. */
  bundle: string;
  name: string;
  certificates: Omit<CertificateFacts, 'hosts'>[];
  rows: number;
  /** Shown by the API on a hostname that is active. */
  serving: number;
  /** The hostname is active, and the API shows another. */
  another: number;
  /** Taken by the API, which shows no proof: the hostname is not active yet, or answers tell nothing of certificates. */
  not_shown: number;
  failed: number;
  unprocessed: number;
  /** The first hostnames of `another`; all of them are in `not_in_effect`. What they show instead, by serial numbers. */
  another_hostnames: string[];
  another_serials: { serial_numbers: string[]; count: number }[];
  /** Codes of the rows failed, given up and rejected, each with its cure. */
  errors: { code: string; count: number; advice: string }[];
}

interface Stopped {
  reason: 'interrupted' | 'stop_rule' | 'cancelled';
  code: string | null;
  message: string | null;
  /** Rows that were perhaps sent. A resume reads them before it sends them again. */
  in_doubt: number[];
}

export interface CodeCount {
  code: string;
  count: number;
  advice: string;
  /** The first row with this code. */
  sample: { row: number; hostname: string | null; message: string | null; cf_ray: string | null };
}

/** Every deadline with whether it is guessed; `null` where it does not apply or cannot be told. */
export type DeadlinesOrNull = { [Name in keyof Required<Deadlines>]: Instant | null };

/** A row that is edited or skipped, whose hostname was not active when it was read last. */
export interface PendingDcv {
  row: number;
  hostname: Hostname | null;
  custom_hostname_id: CustomHostnameId | null;
  zone_id: ZoneId | null;
  phase: HostnamePhase;
  who_acts: Actor;
  /** As computed when it was read last. */
  deadlines: DeadlinesOrNull;
  method: string | null;
  certificate_authority: string | null;
  settlement: Settlement;
  status: string;
  ssl_status: string | null;
  records: ValidationRecord[];
  delegation_records: ValidationRecord[];
  ownership_verification: OwnershipVerification | null;
  ownership_verification_http: OwnershipVerificationHttp | null;
  errors: string[];
  /** What the manifest has in columns of the operator's own, by their names. */
  notes: Record<string, string>;
  /** What a sweep found in DNS and HTTP before it decided about the row; `null` where nobody looked. */
  finding: Finding | null;
}

/** A row the API accepted, and whose change it did not show when the hostname was read last. */
export interface NotInEffect {
  row: number;
  hostname: Hostname | null;
  custom_hostname_id: CustomHostnameId | null;
  /** Dotted paths of the change. */
  not_shown: string[];
}
