import type { LiveHostname } from '../../hostname/live.ts';
import type { ZoneId } from '../../terms.ts';
import type { Reads } from '../dispatch/list-pages.ts';
import { LIST_READINGS, readFirstPage, readOtherPages } from '../dispatch/list-pages.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Reads every hostname of a zone by list pages, through the lane, into `snapshot`. `onCount` is told how many are in, and
 * how many the API says there are. Throws a `HostrollError` with the code of the call that brought nothing.
 */
export async function listZone(
  lane: Reads,
  zone: ZoneId,
  snapshot: Snapshot,
  onCount: (read: number, total: number) => void,
): Promise<void> {
  for (let reading = 1; reading <= LIST_READINGS; reading++) {
    const tag = `whole${reading}`;
    const first = await readFirstPage(lane, zone, tag);
    const take = async (hostnames: LiveHostname[]) => {
      for (const live of hostnames) await snapshot.add(live);
      onCount(snapshot.size, first.totalCount);
    };
    await take(first.hostnames);
    await readOtherPages(lane, zone, tag, first, take);
    if (snapshot.size >= first.totalCount) return;
  }
}
