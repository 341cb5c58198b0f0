import * as z from '../json/zod.ts';
import { HostrollError, ZONE_ID } from '../terms.ts';
import { establishedFallback, type FallbackOrigin } from './fallback-origin.ts';
import { type Entitlements, PLANS, type Plan } from './plans.ts';
import { RecordIndex } from './record-index.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { delegationId } from './validation-records.ts';

export const ZONE = z.strictObject({
  /** 32 lower-case hex digits. */
  id: z.string().regex(ZONE_ID, '32 lower-case hex digits are expected'),
  name: z.string(),
  plan: z.enum(PLANS).exactOptional(),
  /** A token of its own: the zone is then seen by that one alone, and what it calls counts against a limit of its own. */
  token: z.string().exactOptional(),
  /** API error of every call about its custom hostnames, such as 1404, 1456, or 10000 for a token that sees no more than the zone. */
  refuses: z.int().exactOptional(),
  /** Names with a proxied address record in the zone; any name is taken as an origin where this is absent. */
  origins: z.array(z.string()).exactOptional(),
  /** The zone's fallback origin, active from the start; `null` for none. `fallback.<name>` by default. */
  fallback_origin: z.string().nullable().exactOptional(),
  /** Ids of custom CSRs that exist. */
  csrs: z.array(z.uuid()).exactOptional(),
});
export type ZoneOptions = z.infer<typeof ZONE>;

/** One zone and its hostnames, in the order they were created. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly plan: Plan;
  readonly entitlements: Entitlements;
  readonly token: string | undefined;
  readonly refuses: number | undefined;
  readonly origins: ReadonlySet<string> | undefined;
  readonly csrs: ReadonlySet<string>;
  fallback: FallbackOrigin | undefined;
  /** Identifier of the zone in delegation records. */
  readonly delegation: string;
  readonly records: StoredHostname[];
  readonly byId: RecordIndex;
  readonly byHostname: RecordIndex;
  /** Those that are deleted and have no name any more, and when each can no longer be read. */
  dead: { record: StoredHostname; until: number }[];
}

/** An empty zone, `all` being the table of the records of every zone; throws `SANDBOX_ZONE` for an id that is not 32 hex digits. */
export function newZone(
  options: ZoneOptions & Pick<Zone, 'plan' | 'entitlements'>,
  number: number,
  all: readonly StoredHostname[],
  now: number,
): Zone {
  const { fallback_origin: fallbackOrigin = `fallback.${options.name}` } = options;
  if (!ZONE_ID.test(options.id)) {
    throw new HostrollError('SANDBOX_ZONE', `A zone's id is 32 lower-case hex digits, not "${options.id}".`);
  }
  return {
    id: options.id,
    name: options.name,
    number,
    plan: options.plan,
    entitlements: options.entitlements,
    token: options.token,
    refuses: options.refuses,
    origins: options.origins === undefined ? undefined : new Set(options.origins),
    csrs: new Set(options.csrs),
    fallback: fallbackOrigin === null ? undefined : establishedFallback(fallbackOrigin, now),
    delegation: delegationId(options.id),
    records: [],
    byId: new RecordIndex(all, ({ id }) => id),
    byHostname: new RecordIndex(all, ({ hostname }) => hostname),
    dead: [],
  };
}

/**
 * Puts a record into its zone and the table of all; throws `SANDBOX_DUPLICATE` where its id or hostname is there already. Of
 * two with one name one may be deleted, and leaves the name to the other.
 */
export function addRecord(zone: Zone, record: StoredHostname, all: StoredHostname[]): void {
  const named = zone.byHostname.get(record.hostname);
  const nameless = [named, record].find((one) => one?.status === 'deleted' || one?.status === 'pending_deletion');
  if (zone.byId.has(record.id) || (named !== undefined && nameless === undefined)) {
    throw new HostrollError('SANDBOX_DUPLICATE', `${record.hostname} (${record.id}) is in zone ${zone.name} already.`);
  }
  all.push(record);
  zone.records.push(record);
  zone.byId.add(record);
  if (named !== undefined && nameless !== undefined) {
    zone.dead.push({ record: nameless, until: Number.POSITIVE_INFINITY });
    if (nameless === record) return;
    zone.byHostname.delete(named);
  }
  zone.byHostname.add(record);
}

/** Deletes a hostname: its name is free, and it can be read until `until` (virtual Unix milliseconds). */
export function deleteRecord(zone: Zone, record: StoredHostname, now: number, until: number): void {
  zone.byHostname.delete(record);
  zone.dead.push({ record, until });
  record.status = 'pending_deletion';
  record.since = now;
}

/** Forgets the deleted hostnames that can no longer be read. */
export function forgetDead(zone: Zone, now: number): void {
  const gone = zone.dead.filter(({ until }) => until <= now);
  if (gone.length === 0) return;
  zone.dead = zone.dead.filter(({ until }) => until > now);
  for (const { record } of gone) removeRecord(zone, record);
}

export const isDead = ({ dead }: Zone, record: StoredHostname): boolean => dead.some((each) => each.record === record);

/** Takes a record out of its zone. */
export function removeRecord(zone: Zone, record: StoredHostname): void {
  zone.records.splice(zone.records.indexOf(record), 1);
  zone.byId.delete(record);
  // Its name may be another's by now.
  if (zone.byHostname.get(record.hostname) === record) zone.byHostname.delete(record);
}
