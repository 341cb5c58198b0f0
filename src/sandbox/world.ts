import * as z from '../json/zod.ts';
import { advance } from './advance.ts';
import type { Caller } from './api-request.ts';
import type { Clock } from './clock.ts';
import type { EditContext } from './edit-hostname.ts';
import { usableFrom } from './fallback-origin.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { Judge } from './judge.ts';
import type { Knobs } from './knobs.ts';
import { loadHostname, type SandboxHostname } from './load-hostname.ts';
import type { RateLimit } from './rate-limit.ts';
import { renderHostname } from './render-hostname.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { WireHostname } from './wire-hostname.ts';
import { addRecord, deleteRecord, forgetDead, type Zone } from './zone-store.ts';

/** Everything the simulated account holds. */
export interface World {
  readonly clock: Clock;
  readonly knobs: Knobs;
  readonly quota: HostnameQuota;
  readonly zones: readonly [Zone, ...Zone[]];
  /** Every hostname there ever was, by its number. */
  readonly records: StoredHostname[];
  readonly judge: Judge;
  readonly faults: FaultInjector;
  readonly credentials: Credentials;
  readonly limits: Limits;
  readonly refuseSelfSigned: boolean;
  /** Number of the zone that serves a hostname; kept only where there are several zones. */
  readonly serving: Map<string, number>;
  /** What lists still show of hostnames that were edited a moment ago; kept only where lists lag. */
  readonly lagging: Map<StoredHostname, { shown: WireHostname; until: number }>;
  readonly seed: number;
}

interface Credentials {
  readonly token: string;
  readonly email: string;
  readonly key: string;
  revoked: boolean;
}

/** How many hostnames a zone may hold: beyond `allocated` they cost extra, beyond `hard_cap` they are refused. */
export const QUOTA = z.strictObject({
  allocated: z.int().min(0),
  hard_cap: z.int().min(0),
});
export type HostnameQuota = z.infer<typeof QUOTA>;

/** The limiters that are on. */
export interface Limits {
  /** Of each credential, over all its calls. */
  callsOf(caller: Caller): RateLimit | undefined;
  /** Of the address the calls come from. */
  address: RateLimit | undefined;
  /** Of certificates ordered. */
  certificates: { limit: RateLimit; edits: boolean; code: number } | undefined;
}

/** The zone of a record. */
const zoneOfRecord = (world: World, record: StoredHostname): Zone => world.zones[record.zone] ?? world.zones[0];

/** Moves a hostname on to the present. */
export function advanceToNow(world: World, record: StoredHostname): void {
  advance(record, world.clock.now(), usableFrom(zoneOfRecord(world, record).fallback));
}

/** Deletes a hostname as the API does: it can be read for a while. */
export function deleteNow(world: World, zone: Zone, record: StoredHostname): void {
  const now = world.clock.now();
  advanceToNow(world, record);
  deleteRecord(zone, record, now, now + world.knobs.deleted_readable_ms);
  forgetDead(zone, now);
}

/** A hostname as the API shows it now. */
export function showHostname(world: World, record: StoredHostname): WireHostname {
  const now = world.clock.now();
  const { delegation, fallback } = zoneOfRecord(world, record);
  const fallbackFrom = usableFrom(fallback);
  advance(record, now, fallbackFrom);
  return renderHostname(record, now, { delegation, fallbackFrom, uploadsShow: world.knobs.uploads_show });
}

/** What an edit in `zone` is made under at present. */
export function editContext(world: World, zone: Zone): EditContext {
  return {
    now: world.clock.now(),
    knobs: world.knobs,
    entitlements: zone.entitlements,
    zone,
    refuseSelfSigned: world.refuseSelfSigned,
  };
}

/** Puts a hostname into its zone (the first unless it names another); throws `SANDBOX_DUPLICATE`. */
export function loadInto(world: World, given: SandboxHostname): StoredHostname {
  const zone = world.zones.find(({ id }) => id === given.zone_id) ?? world.zones[0];
  const record = loadHostname(given, world.records.length, zone.number, world.clock.now());
  addRecord(zone, record, world.records);
  if (world.zones.length > 1) world.serving.set(record.hostname, zone.number);
  return record;
}
