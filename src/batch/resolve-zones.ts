import { HostrollError, type ZoneId } from '../terms.ts';
import type { Intake } from './intake.ts';
import type { LaneClient } from './lane-client.ts';

const ZONE_ID = /^[0-9a-f]{32}$/;

/** What a manifest's rows say of zones: those they name, and how many rows name none. */
export type NamedZones = Pick<Intake, 'rowsWithoutZone' | 'zones'>;

/**
 * The zones a batch is about, as ids: those given (by id, or by name, which takes a call) and those that rows name.
 * Throws `ZONE_MISSING`, `ZONE_UNKNOWN` or `ZONE_AMBIGUOUS`.
 */
export async function resolveZones(lane: LaneClient, given: readonly string[], intake: NamedZones): Promise<ZoneId[]> {
  if (given.length === 0 && intake.rowsWithoutZone > 0) {
    throw new HostrollError(
      'ZONE_MISSING',
      `${intake.rowsWithoutZone} of the manifest's rows name no zone; give it with --zone (id or name), or add a zone_id column.`,
    );
  }
  const zones = new Set<ZoneId>();
  for (const zone of given) zones.add(await resolveZone(lane, zone));
  for (const zone of intake.zones) zones.add(zone);
  return [...zones];
}

async function resolveZone(lane: LaneClient, given: string): Promise<ZoneId> {
  const wanted = given.toLowerCase();
  if (ZONE_ID.test(wanted)) return wanted as ZoneId;
  const { zones = [] } = await lane.read({ batch: lane.batch, key: `zone-${wanted}`, kind: 'zone', name: wanted });
  const [first, second] = zones;
  if (first === undefined) {
    throw new HostrollError(
      'ZONE_UNKNOWN',
      `The credential can see no zone named "${given}"; check --zone, or give the zone's id.`,
    );
  }
  if (second !== undefined) {
    throw new HostrollError(
      'ZONE_AMBIGUOUS',
      `Several zones are named "${given}" (${zones.join(', ')}); give the id of one with --zone.`,
    );
  }
  return first;
}
