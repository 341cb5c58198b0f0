import * as z from '../json/zod.ts';
import { HOUR } from '../terms.ts';

/**
 * Behaviours of the API that are not documented, or documented in two ways. The defaults are the cautious reading: the
 * one under which a careless client does the most harm. docs/sandbox.md has the certainty of each.
 */
export const KNOBS = z.strictObject({
  /** Largest `per_page` of a list. */
  per_page_max: z.int().min(5).exactOptional(),
  /** What happens to a larger `per_page`: answer 400, or silently use the largest. */
  per_page_over: z.enum(['refuse', 'cap']).exactOptional(),
  /** Shape of the envelope's `messages`. */
  messages: z.enum(['strings', 'objects']).exactOptional(),
  /** Text put into `messages` of every answer; empty for none. */
  message: z.string().exactOptional(),
  /** Whether bodies that hold `<script` are refused by a page of the edge, as the API's own firewall does. */
  waf: z.boolean().exactOptional(),
  /** Lists of more per page end in a page of the edge, 504. */
  per_page_times_out: z.int().min(5).exactOptional(),
  /** What `custom_metadata` in a PATCH does with the keys it does not name. */
  metadata: z.enum(['replace', 'merge']).exactOptional(),
  /** What becomes of an `ssl` object without type or method: refused with this code, or accepted without any effect. */
  ssl_incomplete: z.union([z.literal(1440), z.literal(1434), z.literal('ignore')]).exactOptional(),
  /** What an `ssl` object does with the `settings` members it does not name. */
  settings_omitted: z.enum(['reset', 'keep']).exactOptional(),
  /** What an `ssl` object does with `wildcard` and `bundle_method` when it does not name them. */
  ssl_omitted: z.enum(['reset', 'keep']).exactOptional(),
  /** What a new `method` does to a hostname whose certificate is active. */
  method_on_active: z.enum(['apply', 'ignore']).exactOptional(),
  /** What an `ssl` object equal to the stored one does to an active certificate. */
  equal_ssl_on_active: z.enum(['nothing', 'reissue']).exactOptional(),
  /** When an equal `ssl` object brings new tokens to a pending certificate. */
  rotate_tokens: z.enum(['when_stale', 'always']).exactOptional(),
  /** Which PATCH brings a moved, deleted or blocked hostname back to pending. */
  revive: z.enum(['ssl', 'any']).exactOptional(),
  /** Whether `null` clears an origin or the metadata; the empty string and `{}` always do. */
  null_clears: z.boolean().exactOptional(),
  /** What `total_count` of a filtered list counts. */
  total_count: z.enum(['filtered', 'all']).exactOptional(),
  /** Signatures that uploads may have: those of the page on custom hostnames, or all of SHA-2 besides. */
  upload_signatures: z.enum(['listed', 'sha2']).exactOptional(),
  /** What answers show of an uploaded certificate: each of a pack, the serial number of one, or nothing that tells it. */
  uploads_show: z.enum(['all', 'serial', 'nothing']).exactOptional(),
  /** How long lists go on showing a hostname as it was before an edit, in virtual milliseconds. */
  list_lag_ms: z.number().min(0).exactOptional(),
  /** How long a deleted hostname can still be read, in virtual milliseconds; it keeps nobody from taking its name. */
  deleted_readable_ms: z.number().min(0).exactOptional(),
  /** How long a hostname shows `active_redeploying` after an edit, in virtual milliseconds. */
  redeploying_ms: z.number().min(0).exactOptional(),
});
export type Knobs = Required<z.infer<typeof KNOBS>>;

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
