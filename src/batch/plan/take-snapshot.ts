import pLimit from 'p-limit';
import type { LiveHostname } from '../../hostname/live.ts';
import type { Row } from '../../manifest/row.ts';
import type { Hostname, ZoneId } from '../../terms.ts';
import type { Reads } from '../dispatch/list-pages.ts';
import { LIST_READINGS, LOOK_UPS_AT_ONCE } from '../dispatch/list-pages.ts';
import { readZone } from '../dispatch/read-zone.ts';
import { eachZone } from './each-zone.ts';
import { intakeLines } from './intake.ts';
import { baseOfWildcard } from './plan-row-of.ts';
import { Snapshot } from './snapshot.ts';
import type { SnapshotFile } from './snapshot-file.ts';

interface SnapshotSource {
  zones: ZoneId[];
  rows: number;
  rowsPath: string;
  snapshotPath: string;
  /** Zones that need no reading, as they were read just now. */
  kept?: readonly SnapshotFile[];
  /** Whether it goes without the zone where that cannot be read; a sentence for each that it goes without is in `leftOut`. */
  mayGo?: (zone: ZoneId) => boolean;
  leftOut?: string[];
}

/**
 * Reads the live state that the `rows` rows in `rowsPath` are planned against: by list pages, or row by row where that
 * costs fewer calls. Every row is looked for in every one of `zones`, also where it names its zone: a hostname that is
 * live in two of them changes hands with an edit.
 */
export async function takeSnapshot(
  lane: Reads,
  { zones, rows, rowsPath, snapshotPath, kept = [], mayGo = () => false, leftOut = [] }: SnapshotSource,
): Promise<Snapshot> {
  return Snapshot.filled(snapshotPath, async (snapshot) => {
    const take = (hostnames: LiveHostname[]) => snapshot.add(...hostnames);
    const read = async (zone: ZoneId) => {
      const file = kept.find(({ header }) => header.zone_id === zone);
      if (file !== undefined) {
        for await (const live of file.hostnames()) await snapshot.add(live);
        // Those that came since.
        await lookUpRows(lane, zone, snapshot, rowsPath, take);
        return;
      }
      const before = snapshot.size;
      for (let reading = 1; reading <= LIST_READINGS; reading++) {
        const lookUp = () => lookUpRows(lane, zone, snapshot, rowsPath, take);
        const listed = await readZone(lane, zone, { tag: `snapshot${reading}`, wanted: rows, take, lookUp });
        if (listed === undefined || snapshot.size - before >= listed.totalCount) break;
      }
    };
    leftOut.push(...(await eachZone(zones, mayGo, read)).values());
  });
}

/** One call for every row of the zone that the snapshot does not have yet. */
async function lookUpRows(
  lane: Reads,
  zone: ZoneId,
  snapshot: Snapshot,
  rowsPath: string,
  take: (hostnames: LiveHostname[]) => Promise<void>,
): Promise<void> {
  const wanted: Row[] = [];
  for await (const line of intakeLines(rowsPath)) {
    if ('row' in line && !isKnown(snapshot, zone, line.row)) wanted.push(line.row);
  }
  const limit = pLimit(LOOK_UPS_AT_ONCE);
  const all = limit.map(wanted, async ({ row, hostname, custom_hostname_id: id }) => {
    const at = { batch: lane.batch, key: `look-up-${zone}-${row}`, zone_id: zone };
    const find = async (name: Hostname, key: string) => {
      const { hostnames = [] } = await lane.read({ ...at, key, kind: 'find', hostname: name });
      await take(hostnames);
      return hostnames.length > 0;
    };
    if (hostname !== undefined) {
      const found = await find(hostname, at.key);
      const base = baseOfWildcard(hostname);
      if (!found && base !== undefined) await find(base, `${at.key}-base`);
    } else if (id !== undefined) await take((await lane.read({ ...at, kind: 'get', id })).hostnames ?? []);
  });
  await all.finally(() => limit.clearQueue());
}

const isKnown = (snapshot: Snapshot, zone: ZoneId, { hostname, custom_hostname_id: id }: Row): boolean =>
  (hostname !== undefined && snapshot.byName(zone, hostname).kind !== 'none') ||
  (id !== undefined && snapshot.byId(zone, id).kind !== 'none');
