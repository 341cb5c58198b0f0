import type { Code } from '../../codes/code.ts';
import type { CertificateVerdict } from '../../hostname/certificates.ts';
import type { Deadlines } from '../../hostname/deadlines.ts';
import type { OwnershipVerification, OwnershipVerificationHttp, ValidationRecord } from '../../hostname/live.ts';
import type { HostnamePhase } from '../../hostname/phase.ts';
import type { RowCall } from '../../lane/lane-job.ts';
import type { CallCounts, JsonObject, Operator, Outcome, Settlement, Stage } from '../../terms.ts';
import type { ControlChange } from '../control/control-state.ts';

/**
 * A line of `ledger.jsonl`, which also has its link (see `LineChain`). `at` is an ISO 8601 instant. Unknown types are ignored
 * by readers, so that they can be added.
 */
export type LedgerEvent = { at: string } & (
  | StageEvent
  /** The plan is made: the SHA-256 of `batch.json`, which is written next and has that of the plan. */
  | { type: 'planned'; batch_file: string }
  /** Of earlier versions, without who started it. */
  | ({ type: 'started'; resumed: boolean; pid: number; host: string; version: string } & Partial<Operator>)
  /** Every row of the lane up to and including this one has been handed to the queue, or decided without it. */
  | { type: 'fed'; lane: string; up_to: number }
  | OutcomeEvent
  | ControlChange
  | ({ type: 'gate' } & WaveVerdict)
  /** Calls not made for one row: list pages, look-ups of the snapshot and of settling. */
  | { type: 'calls'; purpose: 'snapshot' | 'settle'; calls: CallCounts }
  /** The `lane` makes no calls until `until`, because of `reason` (a stable code, e.g. `CF_RATE_LIMITED`). `asked`: for how long the API asked, where that is longer. */
  | { type: 'cooling'; until: string; reason: string; lane: string; asked?: string }
  /** Rows of the lane wait, from here to the end of the stage, for others to leave room for what orders certificates. */
  | { type: 'issuance'; lane: string }
  /** Its lanes are empty; the batch is held, and waits for so many calls that are being made, until then at the longest. */
  | { type: 'resting'; in_flight: number; until: string }
  | { type: 'settled'; rows: SettledRow[] }
  /** The batch ended early; unless it was cancelled it can be resumed. `in_doubt` rows were perhaps sent: they are read before they are sent again. */
  | {
      type: 'stopped';
      reason: 'interrupted' | 'stop_rule' | 'cancelled';
      code?: Code;
      message?: string;
      in_doubt: number[];
    }
  /** The last line: the batch is carried out and reported. What it comes to is said again, for those who look at many. */
  | ({ type: 'finished'; exit_code: number } & Partial<Tally>)
);

/** What a wave has done, and why the next one may not begin by itself; `reasons` is empty where it may. */
export interface WaveVerdict {
  wave: number;
  /** How many there are. */
  waves: number;
  /** Its rows; those edited by the state of their hostnames as read last, those failed with those given up. */
  did: Record<'rows' | 'edited' | 'failed' | Settlement, number>;
  /** A sentence each. */
  reasons: string[];
}

/** What a finished batch comes to. */
export interface Tally {
  counts: Record<Outcome, number>;
  /** Rows edited and skipped. */
  settled: SettledCounts;
  /** Rows that failed, were given up or rejected, by code. */
  codes: Record<string, number>;
  /** The same without the rejected ones. */
  failures: Record<string, number>;
  calls: CallCounts;
  /** The last there was. */
  wave: number;
}

/**
 * The batch enters a stage. Those that end a run have events of their own, `stopped` and `finished`. Ledgers of earlier
 * versions have none of these: with `started` they enter editing.
 */
export interface StageEvent {
  type: 'stage';
  stage: Exclude<Stage, 'finished' | 'stopped' | 'cancelled'>;
  /** Of editing, paused and settling: which part of the batch, counted from 1. */
  wave?: number | undefined;
  /** Of paused: the stage that goes on afterwards. */
  holds?: 'editing' | 'settling' | undefined;
  /** Of settling: when it ends at the latest; ISO 8601. */
  until?: string | undefined;
  /** Of paused: rows without outcome that were perhaps sent before it; of those fed by then no others were. */
  in_doubt?: number[] | undefined;
  /** Of reporting: the exit code that the batch will have. Nothing happens to its rows any more. */
  exit_code?: number | undefined;
}

/** The one final result of a row. */
export interface OutcomeEvent {
  type: 'outcome';
  row: number;
  outcome: Exclude<Outcome, 'unprocessed'>;
  /**
   * For every outcome but `edited`: a stable code, `CF_1434`, `HOSTNAME_NOT_FOUND`, `ALREADY_SO`, … and its sentence. Of a
   * row that is edited: what is to be remarked of it, such as `AUTHORITY_LEFT_OUT`.
   */
  code?: Code;
  message?: string;
  http_status?: number;
  /** The `cf-ray` of the last failed call. */
  cf_ray?: string;
  /** Spent on this row, repeats included. */
  calls?: { read: number; edit: number };
  /** The calls themselves, the last twelve; of rows that no call was made for, and of earlier versions, absent. */
  made?: RowCall[];
  /** The statuses in the API's last answer for this row. */
  status?: string;
  ssl_status?: string;
  /** Dotted paths the API accepted but does not show in its answer. */
  not_shown?: string[];
  /** Dotted paths that somebody else had changed between plan and edit: kept, or of a rejected row the reason. */
  drift?: string[];
  /** Serial numbers of the certificates that the answer shows, where the row brings a bundle. */
  serials?: string[];
  /** What the answer, or of a skipped row the plan, says of the certificates that the row brings. */
  certificate?: CertificateVerdict;
}

/** Rows by the state of their hostnames as read last. */
export type SettledCounts = Record<Settlement | 'unknown', number>;

/** Where a row's hostname stood when it was last read. A later event for the same row replaces an earlier one. */
export interface SettledRow {
  row: number;
  settlement: Settlement;
  status: string;
  ssl_status?: string;
  /** How far it is and who must act; of entries of earlier versions absent. */
  phase?: HostnamePhase;
  /** Computed when it was read; only while not active. */
  deadlines?: Deadlines;
  method?: string;
  certificate_authority?: string;
  /** Whose hostname it is, for handing records over; only while not active. */
  custom_metadata?: JsonObject;
  /** What must be published, by whom is said by `method`; only while not active. */
  records?: ValidationRecord[];
  delegation_records?: ValidationRecord[];
  ownership_verification?: OwnershipVerification;
  ownership_verification_http?: OwnershipVerificationHttp;
  /** What validation of the certificate and of the hostname complain about, in the API's words. */
  errors?: string[];
  /** Dotted paths of the change that the API still does not show. */
  not_shown?: string[];
  /** Serial numbers of the certificates that the API shows, where the row brings a bundle, and what that says of it. */
  serials?: string[];
  certificate?: CertificateVerdict;
}
