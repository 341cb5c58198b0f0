import * as z from '../json/zod.ts';
import type { JsonObject } from '../terms.ts';

const text = z.string();
const share = z.number().min(0).max(1);
const count = z.int().min(0);
const when = z.enum(['before', 'after']);
const code = z.int().positive();
export const jsonObject: z.ZodType<JsonObject> = z.record(text, z.json());

/** What a call is about; zone and token look-ups are reads. */
const KIND = z.enum(['list', 'read', 'edit', 'create', 'delete', 'other']);
export type SandboxCallKind = z.infer<typeof KIND>;

/** Which calls a fault may strike: those for which every member given holds. */
const MATCH = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
  kind: KIND.exactOptional(),
  /** One hostname or several. */
  hostname: z.union([text, z.array(text)]).exactOptional(),
  /** The same part (0 to 1) of all hostnames each time, drawn from their names. */
  share: share.exactOptional(),
  /** Only the n-th call that matches the rest, counted from 1. */
  nth: z.int().min(1).exactOptional(),
});
export type FaultMatch = z.infer<typeof MATCH>;

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
const EFFECT = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('status'),
    status: z.int().min(400).max(599),
    body: z.enum(['json', 'html']).exactOptional(),
    when: when.exactOptional(),
    retry_after: count.exactOptional(),
  }),
  z.strictObject({ type: z.literal('rate_limit'), retry_after: count }),
  z.strictObject({ type: z.literal('reset'), when }),
  z.strictObject({ type: z.literal('hang'), when, ms: count.exactOptional() }),
  z.strictObject({ type: z.literal('truncate') }),
  z.strictObject({ type: z.literal('refuse'), code }),
  z.strictObject({ type: z.literal('api_error'), code }),
  z.strictObject({ type: z.literal('echo'), status: z.int().min(400).max(599) }),
  z.strictObject({
    type: z.literal('statuses'),
    status: text.exactOptional(),
    ssl_status: text.exactOptional(),
  }),
  z.strictObject({ type: z.literal('delete'), hostname: text.exactOptional() }),
  z.strictObject({ type: z.literal('edit'), body: jsonObject, hostname: text.exactOptional() }),
  z.strictObject({ type: z.literal('drift'), remove: count, create: count }),
  z.strictObject({ type: z.literal('revoke') }),
]);
export type FaultEffect = z.infer<typeof EFFECT>;

/** One fault. Without `probability` it strikes whenever it matches, `times` times at most. */
export const FAULT_RULE = z.strictObject({
  match: MATCH.exactOptional(),
  probability: share.exactOptional(),
  times: z.int().min(1).exactOptional(),
  effect: EFFECT,
});
export type FaultRule = z.infer<typeof FAULT_RULE>;

/** What a rule is matched against. */
export interface FaultSubject {
  method: string;
  kind: SandboxCallKind;
  hostname: string | undefined;
}
