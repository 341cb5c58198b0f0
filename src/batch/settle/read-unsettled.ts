import pLimit from 'p-limit';
import type { ListFilter } from '../../cloudflare/client.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { CustomHostnameId, ZoneId } from '../../terms.ts';
import { readFilteredList } from '../dispatch/filtered-list.ts';
import { type FirstPage, LOOK_UPS_AT_ONCE, type Reads, readFirstPage, readOtherPages } from '../dispatch/list-pages.ts';

/** What earlier looks at a zone found out. */
export interface ZoneSize extends Pick<FirstPage, 'pages' | 'perPage'> {
  /** False once a list by status turned out longer than it was worth. */
  filtersPay: boolean;
}

export interface UnsettledReading {
  /** Sets the reads of this reading apart from others of the same batch. */
  tag: string;
  zone: ZoneId;
  /** Hostnames that are wanted. */
  wanted: number;
  /** Lists in which wanted hostnames were seen last. */
  filters: readonly ListFilter[];
  /** Of an earlier look; undefined on the first. */
  size: ZoneSize | undefined;
  stop: AbortSignal;
  /** Takes what a call brought, wanted or not; answers how many wanted ones have been taken so far. */
  take(hostnames: LiveHostname[]): Promise<number>;
  /** The wanted hostnames that have not been taken, each with a name for its call. */
  missing(): AsyncIterable<{ key: string; id: CustomHostnameId }>;
}

/**
 * Reads the wanted hostnames of a zone with as few calls as it can: by the lists of the statuses they had, then what has
 * gone on from there by a look-up each, or by the pages of the whole zone, whichever is less. Resolves with what it found
 * out about the zone.
 */
export async function readUnsettled(lane: Reads, reading: UnsettledReading): Promise<ZoneSize | undefined> {
  const { tag, zone, wanted } = reading;
  if (wanted <= 1) {
    await lookUp(lane, reading);
    return reading.size;
  }
  let { size } = reading;
  let taken = 0;
  let first: FirstPage | undefined;
  if (size === undefined) {
    first = await readFirstPage(lane, zone, tag);
    taken = await reading.take(first.hostnames);
    size = { pages: first.pages, perPage: first.perPage, filtersPay: true };
  } else if (size.filtersPay && reading.filters.length < Math.min(size.pages, wanted)) {
    const all = await readLists(lane, reading, size, (count) => {
      taken = count;
    });
    size = { ...size, filtersPay: all };
  }
  const left = wanted - taken;
  const pagesLeft = first === undefined ? size.pages : size.pages - 1;
  if (left <= pagesLeft) {
    await lookUp(lane, reading);
    return size;
  }
  first ??= await readFirstPage(lane, zone, tag, size.perPage);
  await reading.take(first.hostnames);
  const perPage = await readOtherPages(lane, zone, tag, first, async (read) => void (await reading.take(read)));
  return { ...size, pages: Math.max(1, Math.ceil(first.totalCount / perPage)), perPage };
}

/** Reads the lists by status while they cost less than the whole zone; answers whether they did. */
async function readLists(
  lane: Reads,
  { tag, zone, wanted, filters, take }: UnsettledReading,
  { pages, perPage }: ZoneSize,
  onTaken: (count: number) => void,
): Promise<boolean> {
  let pagesMost = Math.min(pages, wanted);
  for (const filter of filters) {
    const ended = await readFilteredList(lane, zone, { tag, filter, perPage, pagesMost }, async (hostnames) => {
      pagesMost -= 1;
      onTaken(await take(hostnames));
    });
    if (!ended) return false;
  }
  return true;
}

/** One call for every hostname that has not been taken yet. */
async function lookUp(lane: Reads, { zone, stop, take, missing }: UnsettledReading): Promise<void> {
  const wanted: { key: string; id: CustomHostnameId }[] = [];
  for await (const one of missing()) wanted.push(one);
  await pLimit(LOOK_UPS_AT_ONCE).map(wanted, async ({ key, id }) => {
    if (stop.aborted) return;
    await take((await lane.read({ batch: lane.batch, key, kind: 'get', zone_id: zone, id })).hostnames ?? []);
  });
}
