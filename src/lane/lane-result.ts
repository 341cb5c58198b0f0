import type { ZoneFacts } from '../cloudflare/wire.ts';
import type { Code } from '../codes/code.ts';
import type { LiveHostname } from '../hostname/live.ts';
import type { BatchId, CallCounts, ZoneId } from '../terms.ts';

/** What a worker tells the coordinator, through the results queue of the batch. */
export type LaneResult =
  | RowResult
  | { kind: 'answer'; key: string; calls: CallCounts; value: ReadValue }
  /** A read that brought nothing: refused, or given up. */
  | {
      kind: 'failure';
      key: string;
      calls: CallCounts;
      code: Code;
      message: string;
      http_status?: number;
      cf_ray?: string;
    }
  /** The named lane makes no calls until then; `asked` is what the API asked for, where that is longer. */
  | { kind: 'cooling'; until: string; reason: string; lane: string; asked?: string }
  /** The credential is refused, or the sealed certificates cannot be opened: no row can succeed. The row or read `key` has no result; `row_in_doubt` may have been sent. */
  | { kind: 'refused'; key: string; calls: CallCounts; code: Code; message: string; row_in_doubt?: number };

/** The final result of one row. `live` is the API's last answer about it. */
export interface RowResult {
  kind: 'row';
  key: string;
  row: number;
  calls: CallCounts;
  /** `skipped` and `rejected` where a read before the edit shows that it is not to be made any more. */
  outcome: 'edited' | 'failed' | 'gave_up' | 'skipped' | 'rejected';
  code?: Code;
  message?: string;
  http_status?: number;
  /** Of the last failed call. */
  cf_ray?: string;
  status?: string;
  ssl_status?: string;
  not_shown?: string[];
  /** What the row was to change, and where; absent where no worker had it in its hands. */
  change?: { zone_id: ZoneId; paths: string[] };
  /** Dotted paths that somebody else has changed since the plan. */
  drift?: string[];
  /** Serial numbers of the certificates that the answer shows, where the row brings a bundle. */
  serials?: string[];
}

/**
 * What the reads bring: pages and searches a list, a single get one hostname or none, the name of a zone what is known of
 * the zones of that name, and the question for a plan the zone, or nothing where the credential may not see it.
 */
export interface ReadValue {
  hostnames?: LiveHostname[];
  /** Entries that are no hostname, by what can be told of them. */
  left_out?: string[];
  per_page?: number;
  total_count?: number;
  zones?: ZoneFacts[];
}

/** Name of the queue on which a batch's results come in. */
export const resultsQueueName = (batch: BatchId): string => `results-${batch}`;
