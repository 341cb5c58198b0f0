import { readFilteredList } from '../batch/dispatch/filtered-list.ts';
import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import { LIST_READINGS, readFirstPage, readOtherPages } from '../batch/dispatch/list-pages.ts';
import { Snapshot } from '../batch/plan/snapshot.ts';
import { KeyIndex } from '../disk/key-index.ts';
import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import type { ZoneId } from '../terms.ts';
import { NOT_SELECTED, type NotSelected, notSelected, type Selection, statusFilters } from './selection.ts';

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
 * Reads the zones and keeps what is selected. Of each zone either the whole list is read, or, where that costs fewer
 * calls, the lists of the statuses that selected hostnames can have.
 */
export async function readCandidates(
  lane: LaneDispatcher,
  zones: readonly ZoneId[],
  { selection, snapshotPath, now }: { selection: Selection; snapshotPath: string; now: number },
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
      for (let reading = 1; reading <= LIST_READINGS; reading++) {
        const listed = await readZone(lane, zone, { tag: `sweep${reading}`, selection, take });
        if (listed === undefined) break;
        wholeZones.add(zone);
        if (seen.size - before >= listed) break;
      }
    }
  });
  return { snapshot, ids, leftOut, wholeZones, names };
}

/** Resolves with the number of hostnames in the zone where its whole list was read. */
async function readZone(
  lane: LaneDispatcher,
  zone: ZoneId,
  { tag, selection, take }: { tag: string; selection: Selection; take(hostnames: LiveHostname[]): Promise<void> },
): Promise<number | undefined> {
  const first = await readFirstPage(lane, zone, tag);
  await take(first.hostnames);
  const filters = statusFilters(selection);
  // Each of the narrower lists takes a call at least.
  if (filters === undefined || filters.length >= first.pages - 1) {
    await readOtherPages(lane, zone, tag, first, take);
    return first.totalCount;
  }
  const { perPage, pages: pagesMost } = first;
  for (const filter of filters) await readFilteredList(lane, zone, { tag, filter, perPage, pagesMost }, take);
  return undefined;
}
