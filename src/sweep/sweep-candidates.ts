import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
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
  /** Number of each by its id. */
  ids: KeyIndex;
  /** Those read and not selected, by reason. */
  leftOut: Record<NotSelected, number>;
  /** The zones of which every hostname was read, by id, with their names as `zone name`. */
  wholeZones: ReadonlySet<ZoneId>;
  names: KeyIndex;
}

/**
 * Reads the zones and keeps what is selected.
 */
export async function readCandidates(
  lane: LaneDispatcher,
  zones: readonly ZoneId[],
  { selection, snapshotPath, now }: { selection: Where; snapshotPath: string; now: number },
): Promise<Candidates> {
  const ids = new KeyIndex();
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
        else {
          ids.set(live.id, selected.size);
          await selected.add(live);
        }
      }
    };
    for (const zone of zones) {
      const before = seen.size;
      const taken = () => seen.size - before;
      if (await listZone(lane, zone, { tag: 'sweep', where: selection, take, taken })) wholeZones.add(zone);
    }
  });
  return { snapshot, ids, leftOut, wholeZones, names };
}
