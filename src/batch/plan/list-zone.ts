import type { LiveHostname } from '../../hostname/live.ts';
import { listFilters } from '../../select/list-filters.ts';
import type { Where } from '../../select/where.ts';
import type { ZoneId } from '../../terms.ts';
import { readFilteredList } from '../dispatch/filtered-list.ts';
import type { Reads } from '../dispatch/list-pages.ts';
import { LIST_READINGS, readFirstPage, readOtherPages } from '../dispatch/list-pages.ts';

interface ZoneListing {
  /** Sets this listing apart from others of the same run. */
  tag: string;
  /** Which hostnames are wanted; others may come all the same. */
  where?: Where;
  /** Takes what was read; hostnames come again where pages shift, and where two lists have them. */
  take(hostnames: LiveHostname[]): Promise<void>;
  /** How many different hostnames of the zone were taken so far. */
  taken(): number;
  /** Is told how many the API says there are. */
  onTotal?(total: number): void;
}

/**
 * Reads the wanted hostnames of a zone through the lane: its whole list, or, where that costs fewer calls, the lists that
 * the API narrows down by status. Resolves with whether it was the whole list. Throws a `HostrollError` with the code of the
 * call that brought nothing.
 */
export async function listZone(
  lane: Reads,
  zone: ZoneId,
  { tag: name, where = [], take, taken, onTotal }: ZoneListing,
): Promise<boolean> {
  const filters = listFilters(where);
  for (let reading = 1; reading <= LIST_READINGS; reading++) {
    const tag = `${name}${reading}`;
    const first = await readFirstPage(lane, zone, tag);
    onTotal?.(first.totalCount);
    await take(first.hostnames);
    // Each of the narrower lists takes a call at least.
    if (filters !== undefined && filters.length < first.pages - 1) {
      const { perPage, pages: pagesMost } = first;
      for (const filter of filters) await readFilteredList(lane, zone, { tag, filter, perPage, pagesMost }, take);
      return false;
    }
    await readOtherPages(lane, zone, tag, first, take);
    if (taken() >= first.totalCount) break;
  }
  return true;
}
