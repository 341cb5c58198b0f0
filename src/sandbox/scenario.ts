import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseExact } from '../json/exact-json.ts';
import { HostrollError, ZONE_ID } from '../terms.ts';
import type { ClockOptions } from './clock.ts';
import type { SandboxHostname } from './load-hostname.ts';
import { PLANS } from './plans.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { faultRuleSchema, jsonObject } from './scenario-faults.ts';
import { SEED_KINDS } from './seed-kind.ts';

/** What a scenario file may say: the options of the simulator that JSON can hold. */
export type Scenario = Omit<SandboxOptions, 'clock'> & { clock?: ClockOptions };

const text = z.string();
const ms = z.number().min(0);
const count = z.int().min(0);
const zoneId = text.regex(ZONE_ID, '32 lower-case hex digits are expected');

const dns = z.strictObject({
  routed_after_ms: ms.nullable().exactOptional(),
  token_after_ms: ms.nullable().exactOptional(),
  ownership_after_ms: ms.nullable().exactOptional(),
  delegated: z.boolean().exactOptional(),
  held: z.boolean().exactOptional(),
  leaves_after_ms: ms.nullable().exactOptional(),
  dcv_error: text.nullable().exactOptional(),
});

/** Hostnames may be pasted from answers of the API, whatever further members they have. */
const hostname = z.looseObject({
  hostname: text,
  zone_id: zoneId.exactOptional(),
  id: z.uuid().exactOptional(),
  status: text.exactOptional(),
  custom_metadata: jsonObject.exactOptional(),
  ssl: z
    .looseObject({ status: text.exactOptional(), method: text.exactOptional(), wildcard: z.boolean().exactOptional() })
    .exactOptional(),
  dns: dns.exactOptional(),
}) as unknown as z.ZodType<SandboxHostname>;

const seed = z.strictObject({
  count,
  seed: count.exactOptional(),
  mix: z
    .partialRecord(z.enum(Object.keys(SEED_KINDS) as (keyof typeof SEED_KINDS)[]), z.number().min(0))
    .exactOptional(),
  zone_id: zoneId.exactOptional(),
  zone_name: text.exactOptional(),
  before: z.number().exactOptional(),
});

const rateLimit = z.strictObject({
  quota: z.int().min(1),
  window_ms: ms.exactOptional(),
  block_ms: ms.exactOptional(),
});

const knobs = z.strictObject({
  per_page_max: z.int().min(5).exactOptional(),
  per_page_over: z.enum(['refuse', 'cap']).exactOptional(),
  messages: z.enum(['strings', 'objects']).exactOptional(),
  message: text.exactOptional(),
  waf: z.boolean().exactOptional(),
  per_page_times_out: z.int().min(5).exactOptional(),
  metadata: z.enum(['replace', 'merge']).exactOptional(),
  ssl_incomplete: z.union([z.literal(1440), z.literal(1434), z.literal('ignore')]).exactOptional(),
  settings_omitted: z.enum(['reset', 'keep']).exactOptional(),
  ssl_omitted: z.enum(['reset', 'keep']).exactOptional(),
  method_on_active: z.enum(['apply', 'ignore']).exactOptional(),
  equal_ssl_on_active: z.enum(['nothing', 'reissue']).exactOptional(),
  rotate_tokens: z.enum(['when_stale', 'always']).exactOptional(),
  revive: z.enum(['ssl', 'any']).exactOptional(),
  null_clears: z.boolean().exactOptional(),
  total_count: z.enum(['filtered', 'all']).exactOptional(),
  upload_signatures: z.enum(['listed', 'sha2']).exactOptional(),
  uploads_show: z.enum(['all', 'serial', 'nothing']).exactOptional(),
  list_lag_ms: ms.exactOptional(),
  deleted_readable_ms: ms.exactOptional(),
  redeploying_ms: ms.exactOptional(),
});

const entitlements = z.strictObject({
  custom_metadata: z.boolean().exactOptional(),
  wildcard_metadata: z.boolean().exactOptional(),
  custom_origin: z.boolean().exactOptional(),
  wildcard: z.boolean().exactOptional(),
  certificate_authority: z.boolean().exactOptional(),
  custom_certificate: z.boolean().exactOptional(),
});

const zone = z.strictObject({
  id: zoneId,
  name: text,
  token: text.exactOptional(),
  origins: z.array(text).exactOptional(),
  plan: z.enum(PLANS).exactOptional(),
  fallback_origin: text.nullable().exactOptional(),
  csrs: z.array(z.uuid()).exactOptional(),
});

const scenario: z.ZodType<Scenario> = z.strictObject({
  port: z.int().min(0).max(65_535).exactOptional(),
  zones: z.array(zone).exactOptional(),
  token: text.exactOptional(),
  email: text.exactOptional(),
  key: text.exactOptional(),
  hostnames: z.array(hostname).exactOptional(),
  seeds: z.array(seed).exactOptional(),
  dns: z.record(text, dns).exactOptional(),
  resolver: z.array(text).exactOptional(),
  serve_customers: z.boolean().exactOptional(),
  clock: z
    .strictObject({ start: z.number().exactOptional(), speed: ms.exactOptional(), per_call_ms: ms.exactOptional() })
    .exactOptional(),
  rate_limit: rateLimit.exactOptional(),
  ip_limit: rateLimit.exactOptional(),
  issuance_limit: rateLimit.extend({ edits: z.boolean().exactOptional(), code: count.exactOptional() }).exactOptional(),
  quota: z.strictObject({ allocated: count, hard_cap: count }).exactOptional(),
  latency: z
    .strictObject({
      min_ms: ms,
      max_ms: ms,
      slow: z.strictObject({ share: z.number().min(0).max(1), ms }).exactOptional(),
    })
    .exactOptional(),
  faults: z.array(faultRuleSchema).exactOptional(),
  knobs: knobs.exactOptional(),
  plan: z.enum(PLANS).exactOptional(),
  no_limits: z.boolean().exactOptional(),
  entitlements: entitlements.exactOptional(),
  refuse_self_signed: z.boolean().exactOptional(),
  seed: count.exactOptional(),
});

/**
 * The options a scenario holds; `source` names it in messages. Throws `SANDBOX_SCENARIO` with every problem and its
 * place.
 */
export function parseScenario(json: string, source: string): Scenario {
  let value: unknown;
  try {
    value = parseExact(json);
  } catch (cause) {
    throw new HostrollError('SANDBOX_SCENARIO', `${source} is not JSON.`, { cause });
  }
  const parsed = scenario.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new HostrollError('SANDBOX_SCENARIO', `${source} is not a scenario: ${problems.join('; ')}.`);
}

/** The options in a scenario file; throws `SANDBOX_SCENARIO` where it cannot be read or understood. */
export async function readScenario(path: string): Promise<Scenario> {
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HostrollError('SANDBOX_SCENARIO', `The scenario ${path} cannot be read: ${reason}.`, { cause });
  }
  return parseScenario(json, path);
}
