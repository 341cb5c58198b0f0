import type { JsonObject } from '../terms.ts';

/** What a call is about; zone and token look-ups are reads. */
export type SandboxCallKind = 'list' | 'read' | 'edit' | 'create' | 'delete' | 'other';

/** Which calls a fault may strike: those for which every member given holds. */
export interface FaultMatch {
  method?: string;
  kind?: SandboxCallKind;
  /** One hostname or several. */
  hostname?: string | string[];
  /** The same part (0 to 1) of all hostnames each time, drawn from their names. */
  share?: number;
  /** Only the n-th call that matches the rest, counted from 1. */
  nth?: number;
}

/**
 * What a fault does to a call. `before` and `after` say whether the effect of an edit has taken place when it strikes.
 *
 * status      answers with an HTTP status of its own: a 5xx as the API's JSON (code 1500) or as a gateway's HTML page
 * rate_limit  429 with code 971 and this `retry_after` in seconds
 * reset       breaks the connection
 * hang        says nothing for `ms` (for ever when absent), then goes on as if nothing had been
 * truncate    sends half of the answer and breaks the connection
 * refuse      HTTP 200 with success:false and this API error code
 * api_error   the API error of this code, with its own HTTP status
 * echo        an HTTP status of its own and an error text that repeats the body of the call
 * statuses    the call goes well, but shows these statuses
 * delete      somebody else deletes the call's hostname, or the one named, just before the call
 * edit        somebody else edits it just before the call
 * drift       while listing, somebody removes hostnames before this page and others are created
 * revoke      the token is revoked just before the call
 */
export type FaultEffect =
  | { type: 'status'; status: number; body?: 'json' | 'html'; when?: 'before' | 'after'; retry_after?: number }
  | { type: 'rate_limit'; retry_after: number }
  | { type: 'reset'; when: 'before' | 'after' }
  | { type: 'hang'; when: 'before' | 'after'; ms?: number }
  | { type: 'truncate' }
  | { type: 'refuse'; code: number }
  | { type: 'api_error'; code: number }
  | { type: 'echo'; status: number }
  | { type: 'statuses'; status?: string; ssl_status?: string }
  | { type: 'delete'; hostname?: string }
  | { type: 'edit'; body: JsonObject; hostname?: string }
  | { type: 'drift'; remove: number; create: number }
  | { type: 'revoke' };

/** One fault. Without `probability` it strikes whenever it matches, `times` times at most. */
export interface FaultRule {
  match?: FaultMatch;
  probability?: number;
  times?: number;
  effect: FaultEffect;
}

/** What a rule is matched against. */
export interface FaultSubject {
  method: string;
  kind: SandboxCallKind;
  hostname: string | undefined;
}
