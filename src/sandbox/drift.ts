import { bits } from './draw.ts';
import { inventedHostname } from './invented-name.ts';
import { loadInto, type World } from './world.ts';
import { removeRecord, type Zone } from './zone-store.ts';

/**
 * Changes what pages hold while somebody lists: takes `remove` hostnames from the front half of the zone, so that rows
 * slide over the page boundary unseen, and creates `create` new ones.
 */
export const drift = (world: World, zone: Zone, { remove, create }: { remove: number; create: number }): void => {
  const begun = world.records.length;
  for (let count = 0; count < remove && zone.records.length > 0; count += 1) {
    const at = bits(world.seed, begun, count, 94) % Math.ceil(zone.records.length / 2);
    const record = zone.records[at];
    if (record !== undefined) removeRecord(zone, record);
  }
  for (let index = begun, left = create; left > 0; index += 1) {
    const hostname = inventedHostname(index, world.seed + 1);
    if (zone.byHostname.has(hostname)) continue;
    loadInto(world, { hostname, zone_id: zone.id, status: 'pending', ssl: { status: 'initializing' } });
    left -= 1;
  }
};
