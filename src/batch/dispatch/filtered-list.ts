import type { ListFilter } from '../../cloudflare/client.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { ZoneId } from '../../terms.ts';
import { type Reads, readSpan } from './list-pages.ts';

/**
 * Reads the list of a zone that `filter` lets through, page after page, until one comes that is not full. The API's own
 * count is not asked, as it may be that of the whole zone. Stops after `pagesMost` pages, and then resolves with false:
 * there may be more.
 */
export async function readFilteredList(
  lane: Reads,
  zone: ZoneId,
  { tag, filter, perPage, pagesMost }: { tag: string; filter: ListFilter; perPage: number; pagesMost: number },
  take: (hostnames: LiveHostname[]) => Promise<void>,
): Promise<boolean> {
  const pace = { size: perPage };
  for (let page = 1; page <= pagesMost; page++) {
    if (!(await readSpan(lane, zone, { tag, page, perPage, filter }, pace, take))) return true;
  }
  return false;
}
