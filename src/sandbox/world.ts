import { advance } from './advance.ts';
import type { Answer } from './answer.ts';
import type { Entitlements } from './check-body.ts';
import type { Clock } from './clock.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { Judge } from './judge.ts';
import type { Knobs } from './knobs.ts';
import { loadHostname, type SandboxHostname } from './load-hostname.ts';
import type { RateLimitVerdict } from './rate-limit.ts';
import { renderHostname } from './render.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { WireHostname } from './wire-hostname.ts';
import { addRecord, type Zone } from './zone-store.ts';

/** Everything the simulated account holds, and the hands that move it. */
export interface World {
  readonly clock: Clock;
  readonly knobs: Knobs;
  readonly entitlements: Entitlements;
  readonly zones: readonly [Zone, ...Zone[]];
  /** Every hostname there ever was, by its number. */
  readonly records: StoredHostname[];
  readonly judge: Judge;
  readonly faults: FaultInjector;
  readonly credentials: Credentials;
  /** Absent where calls are not limited. */
  readonly rateLimit: ((now: number) => RateLimitVerdict) | undefined;
  readonly refuseSelfSigned: boolean;
  /** Number of the zone that serves a hostname; kept only where there are several zones. */
  readonly serving: Map<string, number>;
  readonly seed: number;
}

export interface Credentials {
  readonly token: string;
  readonly email: string;
  readonly key: string;
  revoked: boolean;
}

/** One API call on its way: what the address and the headers say. */
export interface ApiRequest {
  readonly zone: Zone | undefined;
  readonly record: StoredHostname | undefined;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Real milliseconds since the simulator started. */
  readonly at: number;
}

/** What a handler made of a call. */
export interface Handled {
  answer: Answer;
  /** The call took effect. */
  applied?: boolean;
  /** The hostnames the answer shows. */
  seen?: readonly StoredHostname[];
}

/** A hostname as the API shows it now. */
export const showHostname = (world: World, record: StoredHostname): WireHostname => {
  const now = world.clock.now();
  advance(record, now);
  return renderHostname(record, now, world.zones[record.zone]?.delegation ?? '');
};

/** Puts a hostname into its zone (the first unless it names another); throws `SANDBOX_DUPLICATE`. */
export const loadInto = (world: World, given: SandboxHostname): StoredHostname => {
  const zone = world.zones.find(({ id }) => id === given.zone_id) ?? world.zones[0];
  const record = loadHostname(given, world.records.length, zone.number, world.clock.now());
  addRecord(zone, record, world.records);
  if (world.zones.length > 1) world.serving.set(record.hostname, zone.number);
  return record;
};
