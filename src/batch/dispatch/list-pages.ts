import pLimit from 'p-limit';
import type { ListFilter } from '../../cloudflare/client.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { ReadValue } from '../../lane/lane-result.ts';
import { LARGEST_PAGE, mayBeTooLarge, SAFE_PAGE, smallerPage } from '../../lane/page-size.ts';
import { HostrollError, type ZoneId } from '../../terms.ts';
import type { LaneDispatcher } from './lane-dispatcher.ts';

/** Pages shift when hostnames come and go while they are read: a list that came out short is read once more. */
export const LIST_READINGS = 2;
/** Look-ups of single hostnames asked for side by side. */
export const LOOK_UPS_AT_ONCE = 20;

/** Pages asked for side by side; the lane paces them, this bounds how many answers are in memory. */
const PAGES_AT_ONCE = 4;

/** What reading takes of a lane. */
export type Reads = Pick<LaneDispatcher, 'batch' | 'read'>;

/** The first page of a zone's list, and what it tells about the others. */
export interface FirstPage {
  hostnames: LiveHostname[];
  perPage: number;
  /** Whether others may follow: as many came as fit, whatever the counts say. */
  full: boolean;
  /** As the API says, which may be anything: good for choosing the cheaper way, never for a size. */
  totalCount: number;
  /** Pages in all, this one included; by that count. */
  pages: number;
}

type Take = (hostnames: LiveHostname[]) => Promise<void>;

/**
 * Reads page 1 with the largest page the API accepts, or that of an earlier reading. `tag` sets this reading apart from
 * others of the same batch.
 */
export async function readFirstPage(
  lane: Reads,
  zone: ZoneId,
  tag: string,
  known: number = LARGEST_PAGE,
): Promise<FirstPage> {
  let asked: number = known;
  let page: ReadValue | undefined;
  while (page === undefined) {
    try {
      page = await readPage(lane, zone, { tag, page: 1, perPage: asked });
    } catch (error) {
      asked = insteadOf(asked, error);
    }
  }
  const { hostnames = [], total_count } = page;
  const entries = entriesOf(page);
  const totalCount = Math.max(total_count ?? entries, entries);
  const perPage = pageSize(page, asked, totalCount);
  return {
    hostnames,
    perPage,
    full: entries >= perPage,
    totalCount,
    pages: Math.max(1, Math.ceil(totalCount / perPage)),
  };
}

/** The size to try after one that failed. A size it does not like the API answers with a plain 400, whose code differs. */
function insteadOf(size: number, error: unknown): number {
  if (!(error instanceof HostrollError)) throw error;
  const refused = /^CF_(HTTP_400|\d+)$/.test(error.code) && size > SAFE_PAGE;
  const smaller = refused ? SAFE_PAGE : mayBeTooLarge(error.code) ? smallerPage(size) : undefined;
  if (smaller === undefined) throw error;
  return smaller;
}

/** Entries that came, those that could not be read included. */
const entriesOf = ({ hostnames = [], left_out = [] }: ReadValue): number => hostnames.length + left_out.length;

/**
 * Some deployments cut large pages to 50, with or without a word: then what came, not what was asked for, is the size. Where
 * nothing is said, a round number may be where somebody cut.
 */
function pageSize(page: ReadValue, asked: number, total: number): number {
  const { per_page: told } = page;
  const entries = entriesOf(page);
  if (told !== undefined && Number.isInteger(told) && told >= Math.max(1, entries) && told <= asked) return told;
  return entries > 0 && (entries < total || entries % SAFE_PAGE === 0) ? entries : asked;
}

/**
 * Reads the pages after the first and hands each over as it comes, in no order; a page that fails for its size, as several
 * smaller ones, and so all that follow. Ends at the first page that does not come full, wherever the API says that the
 * list ends. Resolves with the size that worked.
 */
export async function readOtherPages(
  lane: Reads,
  zone: ZoneId,
  tag: string,
  { hostnames, pages, perPage, full }: FirstPage,
  take: Take,
): Promise<number> {
  const pace = { size: perPage };
  // A server that answers the same page whatever number is asked for has no end.
  const heads = new Set<string | undefined>([hostnames[0]?.id]);
  let [next, end] = [2, Number.POSITIVE_INFINITY];
  let lastFull = full;
  const readNext = async (): Promise<void> => {
    const number = next++;
    let head: string | undefined;
    const isFull = await readSpan(lane, zone, { tag, page: number, perPage }, pace, async (read) => {
      head ??= read[0]?.id;
      await take(read);
    });
    const isNew = head !== undefined && !heads.has(head);
    heads.add(head);
    if (!isNew) end = Math.min(end, number);
    if (number === next - 1) lastFull = isFull && isNew;
  };
  const readHinted = async (): Promise<void> => {
    while (next <= pages && next < end) await readNext();
  };
  await pLimit(PAGES_AT_ONCE).map([...Array(PAGES_AT_ONCE).keys()], readHinted);
  while (lastFull && next < end) await readNext();
  return pace.size;
}

/**
 * Reads one page, in pieces of `pace.size`, which shrinks for good where a piece fails for its size. Resolves with whether
 * more may follow.
 */
export async function readSpan(
  lane: Reads,
  zone: ZoneId,
  request: PageRequest,
  pace: { size: number },
  take: Take,
): Promise<boolean> {
  const { perPage } = request;
  if (pace.size >= perPage) {
    try {
      const read = await readPage(lane, zone, request);
      await take(read.hostnames ?? []);
      return entriesOf(read) >= perPage;
    } catch (error) {
      pace.size = Math.min(pace.size, insteadOf(perPage, error));
    }
  }
  const smaller = smallerPage(perPage);
  if (smaller === undefined) throw new RangeError(`Pages of ${perPage} cannot be divided.`);
  const pieces = perPage / smaller;
  for (let piece = 1; piece <= pieces; piece++) {
    const part = { ...request, page: (request.page - 1) * pieces + piece, perPage: smaller };
    if (!(await readSpan(lane, zone, part, pace, take))) return false;
  }
  return true;
}

interface PageRequest {
  tag: string;
  page: number;
  perPage: number;
  filter?: ListFilter;
}

/** Reads one page of a zone's list, of the part of it that `filter` lets through. */
function readPage(lane: Reads, zone: ZoneId, { tag, page, perPage, filter }: PageRequest): Promise<ReadValue> {
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
