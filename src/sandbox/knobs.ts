import { HOUR } from '../terms.ts';

/**
 * Behaviours of the API that are not documented, or documented in two ways. The defaults are the cautious reading: the
 * one under which a careless client does the most harm. docs/sandbox.md has the certainty of each.
 */
export interface Knobs {
  /** Largest `per_page` of a list. */
  per_page_max: number;
  /** What happens to a larger `per_page`: answer 400, or silently use the largest. */
  per_page_over: 'refuse' | 'cap';
  /** Shape of the envelope's `messages`. */
  messages: 'strings' | 'objects';
  /** Text put into `messages` of every answer; empty for none. */
  message: string;
  /** Whether bodies that hold `<script` are refused by a page of the edge, as the API's own firewall does. */
  waf: boolean;
  /** Lists of more per page end in a page of the edge, 504. */
  per_page_times_out: number;
  /** What `custom_metadata` in a PATCH does with the keys it does not name. */
  metadata: 'replace' | 'merge';
  /** What becomes of an `ssl` object without type or method: refused with this code, or accepted without any effect. */
  ssl_incomplete: 1440 | 1434 | 'ignore';
  /** What an `ssl` object does with the `settings` members it does not name. */
  settings_omitted: 'reset' | 'keep';
  /** What an `ssl` object does with `wildcard` and `bundle_method` when it does not name them. */
  ssl_omitted: 'reset' | 'keep';
  /** What a new `method` does to a hostname whose certificate is active. */
  method_on_active: 'apply' | 'ignore';
  /** What an `ssl` object equal to the stored one does to an active certificate. */
  equal_ssl_on_active: 'nothing' | 'reissue';
  /** When an equal `ssl` object brings new tokens to a pending certificate. */
  rotate_tokens: 'when_stale' | 'always';
  /** Which PATCH brings a moved, deleted or blocked hostname back to pending. */
  revive: 'ssl' | 'any';
  /** Whether `null` clears an origin or the metadata; the empty string and `{}` always do. */
  null_clears: boolean;
  /** What `total_count` of a filtered list counts. */
  total_count: 'filtered' | 'all';
  /** Signatures that uploads may have: those of the page on custom hostnames, or all of SHA-2 besides. */
  upload_signatures: 'listed' | 'sha2';
  /** What answers show of an uploaded certificate: each of a pack, the serial number of one, or nothing that tells it. */
  uploads_show: 'all' | 'serial' | 'nothing';
  /** How long lists go on showing a hostname as it was before an edit, in virtual milliseconds. */
  list_lag_ms: number;
  /** How long a deleted hostname can still be read, in virtual milliseconds; it keeps nobody from taking its name. */
  deleted_readable_ms: number;
  /** How long a hostname shows `active_redeploying` after an edit, in virtual milliseconds. */
  redeploying_ms: number;
}

export const DEFAULT_KNOBS: Knobs = {
  per_page_max: 1_000,
  per_page_over: 'refuse',
  messages: 'strings',
  message: '',
  waf: true,
  per_page_times_out: Number.MAX_SAFE_INTEGER,
  metadata: 'replace',
  ssl_incomplete: 1440,
  settings_omitted: 'reset',
  ssl_omitted: 'reset',
  method_on_active: 'apply',
  equal_ssl_on_active: 'nothing',
  rotate_tokens: 'when_stale',
  revive: 'ssl',
  null_clears: false,
  total_count: 'filtered',
  upload_signatures: 'listed',
  uploads_show: 'all',
  list_lag_ms: 0,
  deleted_readable_ms: HOUR,
  redeploying_ms: 0,
};
