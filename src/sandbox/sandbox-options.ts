import type { Entitlements } from './check-body.ts';
import type { Clock, ClockOptions } from './clock.ts';
import type { Dns } from './dns.ts';
import type { Latency } from './exchange.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Knobs } from './knobs.ts';
import type { SandboxHostname } from './load-hostname.ts';
import type { Plan } from './plans.ts';
import type { RateLimitOptions } from './rate-limit.ts';
import type { SeedOptions } from './seed-hostnames.ts';
import type { HostnameQuota } from './world.ts';
import type { ZoneOptions } from './zone-store.ts';

/** What a simulator is started with; everything has a default. The members that JSON can hold may come from a file. */
export interface SandboxOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** The zones of the account; one by default. */
  zones?: ZoneOptions[];
  /** The API token, and the e-mail address and key that are as good. */
  token?: string;
  email?: string;
  key?: string;
  /** Hostnames to begin with. */
  hostnames?: Iterable<SandboxHostname>;
  /** Further ones, invented: see `seedHostnames`. */
  seeds?: SeedOptions[];
  /** What is in the DNS of hostnames that say nothing of it themselves; by hostname, `*` for all others. */
  dns?: Record<string, Partial<Dns>>;
  /** DNS resolvers (`ip` or `ip:port`) whose answers stand in for `dns`, for every hostname that waits. None by default. */
  resolver?: string[];
  /**
   * Serve the customers' DNS (UDP) and web servers on the port of the API, too, as `dns` has it: pages by their `Host`. Off by
   * default.
   */
  serve_customers?: boolean;
  /** The clock all states move on: real time by default; `speed: 0` for one that only `advance` moves. */
  clock?: Clock | ClockOptions;
  /** Turns those of the following limits off that are not given: the documented ones are on by default. */
  no_limits?: boolean;
  /** Of each credential; 1,200 calls in 300 s by default. */
  rate_limit?: RateLimitOptions;
  /** Of the address the calls come from; 200 in 1,000 ms by default. */
  ip_limit?: RateLimitOptions;
  /** Of certificates ordered; 15 in 60,000 ms by default, then 30,000 ms of refusals. */
  issuance_limit?: IssuanceLimitOptions;
  /** How many hostnames each zone may hold; more than anybody has by default. */
  quota?: HostnameQuota;
  /** None by default. */
  latency?: Latency;
  faults?: FaultRule[];
  knobs?: Partial<Knobs>;
  /** Of the zones that name none; business by default. */
  plan?: Plan;
  /** What the zones may, whatever their plans say. */
  entitlements?: Partial<Entitlements>;
  /** Refuse self-signed certificates with 1441, as the API refuses whatever no public root signs; true by default. */
  refuse_self_signed?: boolean;
  /** Seed of everything drawn by chance; 1 by default. */
  seed?: number;
}

/** A limit of certificate orders: those of new hostnames, and of edits where `edits` is true (not documented). */
interface IssuanceLimitOptions extends RateLimitOptions {
  edits?: boolean;
  /** API error code of a refusal, 971 by default (not documented). */
  code?: number;
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
