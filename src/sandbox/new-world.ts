import { Clock } from './clock.ts';
import { FaultInjector } from './fault-injector.ts';
import { Judge } from './judge.ts';
import { DEFAULT_KNOBS } from './knobs.ts';
import type { SandboxHostname } from './load-hostname.ts';
import { entitlementsOf } from './plans.ts';
import { RateLimit } from './rate-limit.ts';
import {
  DEFAULT_EMAIL,
  DEFAULT_KEY,
  DEFAULT_PLAN,
  DEFAULT_QUOTA,
  DEFAULT_TOKEN,
  DEFAULT_ZONE,
  DOCUMENTED_LIMITS,
  type SandboxOptions,
} from './sandbox-options.ts';
import { seedHostnames } from './seed-hostnames.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { type Limits, loadInto, type World } from './world.ts';
import { newZone, type ZoneOptions } from './zone-store.ts';

/** The limits of certificates, unless said otherwise. */
const ISSUANCE = { window_ms: 60_000, block_ms: 30_000, edits: false, code: 971 };

function limitsOf({ no_limits, ...given }: SandboxOptions): Limits {
  const { rate_limit, ip_limit, issuance_limit } = no_limits === true ? given : { ...DOCUMENTED_LIMITS, ...given };
  const issuance = issuance_limit === undefined ? undefined : { ...ISSUANCE, ...issuance_limit };
  const ofCallers = new Map<string | undefined, RateLimit>();
  return {
    callsOf: ({ token }) => {
      const known = ofCallers.get(token);
      if (known !== undefined || rate_limit === undefined) return known;
      const limit = new RateLimit(rate_limit);
      ofCallers.set(token, limit);
      return limit;
    },
    address: ip_limit === undefined ? undefined : new RateLimit(ip_limit, 'ip'),
    certificates:
      issuance === undefined
        ? undefined
        : { limit: new RateLimit(issuance, 'certificates'), edits: issuance.edits, code: issuance.code },
  };
}

/** A zone with the plan and the entitlements that it is to have. */
function onPlan(zone: ZoneOptions, { plan = DEFAULT_PLAN, entitlements }: SandboxOptions) {
  const own = zone.plan ?? plan;
  return { ...zone, plan: own, entitlements: { ...entitlementsOf(own), ...entitlements } };
}

/** The simulated account of `options`, its hostnames loaded; throws HostrollError for options that contradict each other. */
export function newWorld(options: SandboxOptions): World {
  const { seed = 1 } = options;
  const records: StoredHostname[] = [];
  const [first = DEFAULT_ZONE, ...others] = options.zones ?? [];
  const clock = options.clock !== undefined && 'now' in options.clock ? options.clock : new Clock(options.clock);
  const world: World = {
    clock,
    knobs: { ...DEFAULT_KNOBS, ...options.knobs },
    zones: [
      newZone(onPlan(first, options), 0, records, clock.now()),
      ...others.map((zone, at) => newZone(onPlan(zone, options), at + 1, records, clock.now())),
    ],
    records,
    judge: new Judge((row) => records[row]?.hostname ?? ''),
    faults: new FaultInjector(seed, options.faults ?? []),
    credentials: {
      token: options.token ?? DEFAULT_TOKEN,
      email: options.email ?? DEFAULT_EMAIL,
      key: options.key ?? DEFAULT_KEY,
      revoked: false,
    },
    limits: limitsOf(options),
    quota: options.quota ?? DEFAULT_QUOTA,
    refuseSelfSigned: options.refuse_self_signed ?? true,
    serving: new Map(),
    lagging: new Map(),
    seed,
  };
  const { dns = {} } = options;
  const load = (given: SandboxHostname): void => {
    const facts = { ...dns['*'], ...dns[given.hostname], ...given.dns };
    loadInto(world, Object.keys(facts).length === 0 ? given : { ...given, dns: facts });
  };
  for (const given of options.hostnames ?? []) load(given);
  for (const seeds of options.seeds ?? []) for (const given of seedHostnames(seeds)) load(given);
  return world;
}
