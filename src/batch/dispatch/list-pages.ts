import pLimit from 'p-limit';
import type { ListFilter } from '../../cloudflare/client.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { ReadValue } from '../../lane/lane-result.ts';
import { HostrollError, type ZoneId } from '../../terms.ts';
import type { LaneDispatcher } from './lane-dispatcher.ts';

/** The newest reference allows 1,000 a page, older ones 50: the first is tried, the second is what is fallen back to. */
const PER_PAGE = 1_000;
const PER_PAGE_FALLBACK = 50;
/** Pages asked for side by side; the lane paces them, this bounds how many answers are in memory. */
const PAGES_AT_ONCE = 4;

/** What reading takes of a lane. */
export type Reads = Pick<LaneDispatcher, 'batch' | 'read'>;

/** The first page of a zone's list, and what it tells about the others. */
export interface FirstPage {
  hostnames: LiveHostname[];
  perPage: number;
  totalCount: number;
  /** Pages in all, this one included. */
  pages: number;
}

/**
 * Reads page 1 with the largest page the API accepts, or that of an earlier reading. `tag` sets this reading apart from
 * others of the same batch.
 */
export async function readFirstPage(lane: Reads, zone: ZoneId, tag: string, known = PER_PAGE): Promise<FirstPage> {
  const page = await readPage(lane, zone, { tag, page: 1, perPage: known }).catch((error: unknown) => {
    // A page size it does not like is answered with a plain 400, whose code differs.
    if (error instanceof HostrollError && /^CF_(HTTP_400|\d+)$/.test(error.code)) {
      return readPage(lane, zone, { tag, page: 1, perPage: PER_PAGE_FALLBACK });
    }
    throw error;
  });
  const hostnames = page.hostnames ?? [];
  const totalCount = Math.max(page.total_count ?? hostnames.length, hostnames.length);
  const perPage = pageSize(page, hostnames.length, totalCount);
  return { hostnames, perPage, totalCount, pages: Math.max(1, Math.ceil(totalCount / perPage)) };
}

/** Some deployments cut large pages silently to 50: then what came, not what was asked for, is the size. */
function pageSize(page: ReadValue, came: number, total: number): number {
  if (page.per_page !== undefined && page.per_page > 0) return page.per_page;
  return came > 0 && came < total ? came : PER_PAGE;
}

/** Reads the pages after the first and hands each over as it comes, in no order. */
export async function readOtherPages(
  lane: Reads,
  zone: ZoneId,
  tag: string,
  { pages, perPage }: Pick<FirstPage, 'pages' | 'perPage'>,
  take: (hostnames: LiveHostname[]) => Promise<void>,
): Promise<void> {
  const numbers = Array.from({ length: pages - 1 }, (_, index) => index + 2);
  await pLimit(PAGES_AT_ONCE).map(numbers, async (number) => {
    const { hostnames = [] } = await readPage(lane, zone, { tag, page: number, perPage });
    await take(hostnames);
  });
}

interface PageRequest {
  tag: string;
  page: number;
  perPage: number;
  filter?: ListFilter;
}

/** Reads one page of a zone's list, of the part of it that `filter` lets through. */
export function readPage(lane: Reads, zone: ZoneId, { tag, page, perPage, filter }: PageRequest): Promise<ReadValue> {
  const part = filter === undefined ? '' : `-${filter.hostname_status ?? ''}-${filter.ssl_status ?? ''}`;
  return lane.read({
    batch: lane.batch,
    key: `${tag}-page-${zone}${part}-${perPage}-${page}`,
    kind: 'page',
    zone_id: zone,
    page,
    per_page: perPage,
    ...(filter !== undefined && { filter }),
  });
}
