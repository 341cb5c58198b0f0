import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import { eachZone } from '../batch/plan/each-zone.ts';
import { listZone } from '../batch/plan/list-zone.ts';
import { Snapshot } from '../batch/plan/snapshot.ts';
import { KeyIndex } from '../disk/key-index.ts';
import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import type { Where } from '../select/where.ts';
import type { ZoneId } from '../terms.ts';
import { NOT_SELECTED, type NotSelected, notSelected } from './selection.ts';

/** The hostnames that a sweep is about, as they are now, and what else was read on the way to them. */
export interface Candidates {
  /** On disk, numbered from 0. */
  snapshot: Snapshot;
  /** Those read and not selected, by reason. */
  leftOut: Record<NotSelected, number>;
  /** The zones of which every hostname was read, by id, with their names as `zone name`. */
  wholeZones: ReadonlySet<ZoneId>;
  names: KeyIndex;
  /** Zones that cannot be read, each with a sentence that says so. */
  closed: ReadonlyMap<ZoneId, string>;
}

/** Reads the zones, but for those that it `mayGo` without and that cannot be read, and keeps what is selected. */
export async function readCandidates(
  lane: LaneDispatcher,
  zones: readonly ZoneId[],
  {
    selection,
    snapshotPath,
    now,
    mayGo = () => false,
  }: { selection: Where; snapshotPath: string; now: number; mayGo?: (zone: ZoneId) => boolean },
): Promise<Candidates> {
  let closed: ReadonlyMap<ZoneId, string> = new Map();
  const names = new KeyIndex();
  const seen = new KeyIndex();
  const wholeZones = new Set<ZoneId>();
  const leftOut = Object.fromEntries(NOT_SELECTED.map((reason) => [reason, 0])) as Record<NotSelected, number>;
  const snapshot = await Snapshot.filled(snapshotPath, async (selected) => {
    const take = async (hostnames: readonly LiveHostname[]) => {
      for (const live of hostnames) {
        if (seen.setIfAbsent(live.id, 0) !== undefined) continue;
        if (!isDeleted(live)) names.set(`${live.zone_id} ${live.hostname}`, 0);
        const reason = notSelected(live, selection, now);
        if (reason !== undefined) leftOut[reason]++;
        else await selected.add(live);
      }
    };
    const read = async (zone: ZoneId) => {
      const before = seen.size;
      const taken = () => seen.size - before;
      if (await listZone(lane, zone, { tag: 'sweep', where: selection, take, taken })) wholeZones.add(zone);
    };
    closed = await eachZone(zones, mayGo, read);
  });
  return { snapshot, leftOut, wholeZones, names, closed };
}
