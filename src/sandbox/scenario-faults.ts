import { z } from 'zod';
import type { JsonObject } from '../terms.ts';
import type { FaultEffect, FaultRule } from './fault-rule.ts';

const text = z.string();
const share = z.number().min(0).max(1);
const count = z.int().min(0);
const when = z.enum(['before', 'after']);
const code = z.int().positive();
export const jsonObject: z.ZodType<JsonObject> = z.record(text, z.json());

const match = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
  kind: z.enum(['list', 'read', 'edit', 'create', 'delete', 'other']).exactOptional(),
  hostname: z.union([text, z.array(text)]).exactOptional(),
  share: share.exactOptional(),
  nth: z.int().min(1).exactOptional(),
});

const effect: z.ZodType<FaultEffect> = z.discriminatedUnion('type', [
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

/** A fault as a scenario file, or the control path that adds faults, has it. */
export const faultRuleSchema: z.ZodType<FaultRule> = z.strictObject({
  match: match.exactOptional(),
  probability: share.exactOptional(),
  times: z.int().min(1).exactOptional(),
  effect,
});
