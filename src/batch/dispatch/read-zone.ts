import type { LiveHostname } from '../../hostname/live.ts';
import type { ZoneId } from '../../terms.ts';
import type { Reads } from './list-pages.ts';
import { type FirstPage, readFirstPage, readOtherPages } from './list-pages.ts';

export interface ZoneReading {
  /** Sets this reading apart from others of the same run. */
  tag: string;
  /** Hostnames that are wanted; the whole zone is listed only where that costs no more calls than looking these up. */
  wanted: number;
  take(hostnames: LiveHostname[]): Promise<void>;
  /** Looks up, one call each, what has not been taken yet. */
  lookUp(): Promise<void>;
}

/** Reads the wanted hostnames of a zone the cheaper way. Resolves with its first page where the whole zone was listed. */
export async function readZone(lane: Reads, zone: ZoneId, reading: ZoneReading): Promise<FirstPage | undefined> {
  const { tag, wanted, take, lookUp } = reading;
  if (wanted <= 1) {
    await lookUp();
    return undefined;
  }
  const first = await readFirstPage(lane, zone, tag);
  await take(first.hostnames);
  if (wanted < first.pages) {
    await lookUp();
    return undefined;
  }
  await readOtherPages(lane, zone, tag, first, take);
  return first;
}
