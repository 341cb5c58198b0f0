import pLimit from 'p-limit';
import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import { LOOK_UPS_AT_ONCE } from '../batch/dispatch/list-pages.ts';
import { readZone } from '../batch/dispatch/read-zone.ts';
import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import type { ZoneId } from '../terms.ts';
import type { Candidates } from './sweep-candidates.ts';

/** A hostname in the zone that it is swept in. */
type Placed = Pick<LiveHostname, 'hostname' | 'zone_id'>;

export const placeKey = ({ zone_id, hostname }: Placed): string => `${zone_id} ${hostname}`;

/**
 * In which of the `known` zones the hostnames exist beside their own: that zone by `placeKey`. A zone whose whole list was
 * read costs nothing; another one its list, or one look-up for each hostname, whichever is less.
 */
export async function findElsewhere(
  lane: LaneDispatcher,
  wanted: readonly Placed[],
  known: readonly ZoneId[],
  { wholeZones, names }: Pick<Candidates, 'wholeZones' | 'names'>,
): Promise<Map<string, ZoneId>> {
  const elsewhere = new Map<string, ZoneId>();
  for (const zone of known) {
    const open = wanted.filter((placed) => placed.zone_id !== zone && !elsewhere.has(placeKey(placed)));
    if (open.length === 0) continue;
    const isThere = wholeZones.has(zone)
      ? (hostname: string) => names.get(`${zone} ${hostname}`) !== undefined
      : await lookIn(lane, zone, new Set(open.map(({ hostname }) => hostname)));
    for (const placed of open) if (isThere(placed.hostname)) elsewhere.set(placeKey(placed), zone);
  }
  return elsewhere;
}

/** Reads a zone as far as is needed to tell which of the hostnames it has. */
async function lookIn(
  lane: LaneDispatcher,
  zone: ZoneId,
  open: Set<LiveHostname['hostname']>,
): Promise<(hostname: string) => boolean> {
  const found = new Set<string>();
  const take = async (hostnames: LiveHostname[]) => {
    for (const live of hostnames) if (open.has(live.hostname) && !isDeleted(live)) found.add(live.hostname);
  };
  const lookUp = async () => {
    await pLimit(LOOK_UPS_AT_ONCE).map(
      [...open].filter((hostname) => !found.has(hostname)),
      async (hostname) => {
        const job = { batch: lane.batch, key: `elsewhere-${zone}-${hostname}`, kind: 'find' as const, zone_id: zone };
        await take((await lane.read({ ...job, hostname })).hostnames ?? []);
      },
    );
  };
  await readZone(lane, zone, { tag: 'elsewhere', wanted: open.size, take, lookUp });
  return (hostname) => found.has(hostname);
}
