import { SECOND } from '../terms.ts';
import type { Lookup } from './lookup.ts';
import { TimedMemo } from './timed-memo.ts';

/** What was found is believed for its TTL within these bounds, what was not for less: it may be published any moment. */
const FOUND_MS = { least: 5 * SECOND, most: 60 * SECOND };
const NOT_FOUND_MS = 15 * SECOND;
const FAILED_MS = 5 * SECOND;
const CAPACITY = 50_000;

/** Look-ups of the last moments, shared by all hostnames that ask for the same. */
export const keptLookups = (): TimedMemo<Lookup> =>
  new TimedMemo({
    capacity: CAPACITY,
    lifeMs: (lookup) => {
      if (lookup.kind === 'failed') return FAILED_MS;
      if (lookup.kind !== 'found') return NOT_FOUND_MS;
      const ttl = Math.min(...lookup.records.map((record) => record.ttl)) * SECOND;
      return Math.min(Math.max(ttl, FOUND_MS.least), FOUND_MS.most);
    },
  });
