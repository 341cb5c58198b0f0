import type { Code } from '../../codes/code.ts';
import type { Finding } from '../../dcv/finding.ts';
import type { Change } from '../../hostname/change.ts';
import type { Reversal } from '../../hostname/inverse.ts';
import type { PackPlace } from '../../hostname/pack.ts';
import type { RowSource } from '../../manifest/row.ts';
import type { CustomHostnameId, Decision, Effect, Hostname, JsonObject, ZoneId } from '../../terms.ts';

/**
 * One line of `plan.jsonl`: the decision for one row of the manifest, in manifest order, none left out. It is the first
 * chapter of the ledger: written once, synced before the first edit, never changed.
 */
export interface PlanRow {
  /** Row number in the manifest, counted from 1. */
  row: number;
  decision: Decision;
  /** As far as it is known: a rejected row may name neither. */
  hostname?: Hostname;
  custom_hostname_id?: CustomHostnameId;
  zone_id?: ZoneId;
  /** Another known zone that has the hostname, too; of a row that is to be sent. */
  other_zone?: ZoneId;
  /** The lane that makes its call; of a row that is to be sent. */
  lane?: string;
  /** Why the row is rejected, or skipped: stable code and one sentence. */
  code?: Code;
  message?: string;
  effects: Effect[];
  /** What it takes to undo the row; of an edit. */
  undo?: Reversal;
  /** The bundle that the row names, its key apart. */
  bundle?: { id: string; name: string };
  /** Where the call goes to one certificate of a pack, and not to the hostname. */
  pack?: PackPlace;
  /**
   * The PATCH body; present for `edit` and `recheck`. Exact but for `ssl.certificates`, in whose place the call has the PEM
   * of the bundle.
   */
  body?: JsonObject;
  /**
   * What the row asks for, so that it can be laid over a newer reading; present where `body` is, but in plans of earlier
   * versions. The names of a bundle's certificates are left out.
   */
  change?: Change;
  /** What the body's fields held before, in the body's own shape; `null` where nothing was set. */
  before?: JsonObject;
  /** The two statuses at planning. */
  status?: string;
  ssl_status?: string;
  source?: RowSource;
  /** Of a sweep: what was found in DNS and HTTP when it was planned. */
  finding?: Finding;
}
