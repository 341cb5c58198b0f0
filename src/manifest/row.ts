import type { Code } from '../codes/code.ts';
import type { Change } from '../hostname/change.ts';
import type { CustomHostnameId, Hostname, JsonObject, ZoneId } from '../terms.ts';
import type { BundleWish } from './bundle-wish.ts';

/** One good row of a manifest. At least one of `hostname` and `custom_hostname_id` is present. */
export interface Row {
  /** Counted from 1, the CSV header excluded. */
  row: number;
  /** Line of the file on which the row starts, counted from 1. */
  line: number;
  hostname?: Hostname;
  custom_hostname_id?: CustomHostnameId;
  zone_id?: ZoneId;
  change: Change;
  /** The certificates that it asks for; gone once they are loaded, and `change.ssl.bundle` refers to them. */
  bundle?: BundleWish;
  /** Why its hostname was given no certificates, where that was left to its name; then nothing is sent. */
  unmatched?: string;
  source: RowSource;
}

/** The row as it was written, so that a failed row can be handed back as a manifest row: CSV cells, or a JSON object. */
export type RowSource = string[] | JsonObject;

/** Something wrong with the manifest. `message` is a full sentence without the place, which the other members hold. */
export interface ManifestProblem {
  /** `MANIFEST_…`, see docs/manifest.md, or `CERTIFICATE_…`, see docs/certificates.md. */
  code: Code;
  message: string;
  line?: number;
  row?: number;
  /** Dotted path of the column or JSON member. */
  column?: string;
}

/** A row that cannot be sent. With `--skip-invalid` it becomes a `rejected` row of the batch. */
export interface InvalidRow {
  row: number;
  line: number;
  problems: ManifestProblem[];
  /** Absent where the row could not even be taken apart. */
  source?: RowSource;
}

/**
 * What reading a manifest yields, in file order. A `file` problem spoils the whole manifest (unknown column, broken
 * gzip, not UTF-8 …): nothing may be sent, also not with `--skip-invalid`.
 */
export type ManifestEntry =
  | { kind: 'row'; row: Row }
  | { kind: 'invalid'; invalid: InvalidRow }
  | { kind: 'file'; problem: ManifestProblem };

/** What is known once a manifest has been read to its end. */
export interface ManifestSummary {
  format: 'csv' | 'jsonl';
  /** Columns of the operator's own that travel with the rows; absent where there are none. */
  notes?: string[];
  /** Hex sha256 of the bytes as given (of the compressed bytes where the input was gzip). */
  sha256: string;
  rows: number;
  /** The CSV header as written; absent for JSONL. */
  header?: string[];
}
