import * as z from '../json/zod.ts';
import { CLOCK, type Clock, type ClockOptions } from './clock.ts';
import { DNS } from './dns.ts';
import { LATENCY } from './exchange.ts';
import { FAULT_RULE, jsonObject } from './fault-rule.ts';
import { KNOBS } from './knobs.ts';
import type { SandboxHostname } from './load-hostname.ts';
import { ENTITLEMENTS, PLANS, type Plan } from './plans.ts';
import { RATE_LIMIT } from './rate-limit.ts';
import { SEEDS } from './seed-hostnames.ts';
import { type HostnameQuota, QUOTA } from './world.ts';
import { ZONE, type ZoneOptions } from './zone-store.ts';

/** A limit of certificate orders: those of new hostnames, and of edits where `edits` is true (not documented). */
const ISSUANCE_LIMIT = RATE_LIMIT.extend({
  edits: z.boolean().exactOptional(),
  /** API error code of a refusal, 971 by default (not documented). */
  code: z.int().min(0).exactOptional(),
});

/** Hostnames may be pasted from answers of the API, whatever further members they have. */
const HOSTNAME = z.looseObject({
  hostname: z.string(),
  zone_id: ZONE.shape.id.exactOptional(),
  id: z.uuid().exactOptional(),
  status: z.string().exactOptional(),
  custom_metadata: jsonObject.exactOptional(),
  ssl: z
    .looseObject({
      status: z.string().exactOptional(),
      method: z.string().exactOptional(),
      wildcard: z.boolean().exactOptional(),
    })
    .exactOptional(),
  dns: DNS.exactOptional(),
}) as unknown as z.ZodType<SandboxHostname>;

/** What a simulator is started with, as far as JSON can hold it; everything has a default. */
export const SCENARIO = z.strictObject({
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port: z.int().min(0).max(65_535).exactOptional(),
  /** The zones of the account; one by default. */
  zones: z.array(ZONE).exactOptional(),
  /** The API token, and the e-mail address and key that are as good. */
  token: z.string().exactOptional(),
  email: z.string().exactOptional(),
  key: z.string().exactOptional(),
  /** Hostnames to begin with. */
  hostnames: z.array(HOSTNAME).exactOptional(),
  /** Further ones, invented: see `seedHostnames`. */
  seeds: z.array(SEEDS).exactOptional(),
  /** What is in the DNS of hostnames that say nothing of it themselves; by hostname, `*` for all others. */
  dns: z.record(z.string(), DNS).exactOptional(),
  /** DNS resolvers (`ip` or `ip:port`) whose answers stand in for `dns`, for every hostname that waits. None by default. */
  resolver: z.array(z.string()).exactOptional(),
  /**
   * Serve the customers' DNS (UDP) and web servers on the port of the API, too, as `dns` has it: pages by their `Host`. Off by
   * default.
   */
  serve_customers: z.boolean().exactOptional(),
  /** The clock all states move on: real time by default; `speed: 0` for one that only `advance` moves. */
  clock: CLOCK.exactOptional(),
  /** Turns those of the following limits off that are not given: the documented ones are on by default. */
  no_limits: z.boolean().exactOptional(),
  /** Of each credential; 1,200 calls in 300 s by default. */
  rate_limit: RATE_LIMIT.exactOptional(),
  /** Of the address the calls come from; 200 in 1,000 ms by default. */
  ip_limit: RATE_LIMIT.exactOptional(),
  /** Of certificates ordered; 15 in 60,000 ms by default, then 30,000 ms of refusals. */
  issuance_limit: ISSUANCE_LIMIT.exactOptional(),
  /** How many hostnames each zone may hold; more than anybody has by default. */
  quota: QUOTA.exactOptional(),
  /** None by default. */
  latency: LATENCY.exactOptional(),
  faults: z.array(FAULT_RULE).exactOptional(),
  knobs: KNOBS.exactOptional(),
  /** Of the zones that name none; business by default. */
  plan: z.enum(PLANS).exactOptional(),
  /** What the zones may, whatever their plans say. */
  entitlements: ENTITLEMENTS.exactOptional(),
  /** Refuse self-signed certificates with 1441, as the API refuses whatever no public root signs; true by default. */
  refuse_self_signed: z.boolean().exactOptional(),
  /** Seed of everything drawn by chance; 1 by default. */
  seed: z.int().min(0).exactOptional(),
});

/** What a simulator is started with. */
export interface SandboxOptions extends Omit<z.infer<typeof SCENARIO>, 'clock' | 'hostnames'> {
  clock?: Clock | ClockOptions;
  hostnames?: Iterable<SandboxHostname>;
}

/** Zone, token and the rest of a simulator that is started with nothing. */
export const DEFAULT_ZONE: ZoneOptions = { id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', name: 'saas-platform.net' };
export const DEFAULT_TOKEN = 'sandbox-token-0123456789abcdefghijklmnop';
export const DEFAULT_EMAIL = 'operator@saas-platform.net';
export const DEFAULT_KEY = '0123456789abcdef0123456789abcdef01234';

export const DEFAULT_QUOTA: HostnameQuota = { allocated: 10_000_000, hard_cap: 10_000_000 };

/** A plan below Enterprise, as most zones are on one: what it lacks is then met before it is met in earnest. */
export const DEFAULT_PLAN: Plan = 'business';

/** The documented limits. */
export const DOCUMENTED_LIMITS = {
  rate_limit: { quota: 1_200 },
  ip_limit: { quota: 200, window_ms: 1_000, block_ms: 1_000 },
  issuance_limit: { quota: 15 },
} satisfies Partial<SandboxOptions>;
