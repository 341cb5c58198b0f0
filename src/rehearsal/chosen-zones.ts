import type { SnapshotFile } from '../batch/plan/snapshot-file.ts';
import { HostrollError, type ZoneId } from '../terms.ts';

/**
 * The zones that rows without a zone are looked for in: those `given` by id or name, else all that `files` hold. Throws
 * `SNAPSHOT_ZONE_TWICE` where two files are of one zone, `ZONE_NOT_IN_SNAPSHOT` where one that is given, or that rows
 * name (`named`), is in none.
 */
export function chosenZones(
  files: readonly SnapshotFile[],
  given: readonly string[],
  named: ReadonlySet<ZoneId>,
): ZoneId[] {
  const ids = new Map<string, ZoneId>();
  for (const { path, header } of files) {
    if (ids.has(header.zone_id)) {
      throw new HostrollError(
        'SNAPSHOT_ZONE_TWICE',
        `${path} is a second snapshot of zone ${header.zone_id}; give one of them with --from.`,
      );
    }
    ids.set(header.zone_id, header.zone_id);
    if (header.zone_name !== undefined) ids.set(header.zone_name, header.zone_id);
  }
  const find = (zone: string): ZoneId => {
    const id = ids.get(zone.toLowerCase());
    if (id !== undefined) return id;
    throw new HostrollError(
      'ZONE_NOT_IN_SNAPSHOT',
      `No snapshot given with --from is of zone ${zone}; there are ${[...ids.keys()].join(', ')}.`,
    );
  };
  for (const zone of named) find(zone);
  return given.length === 0 ? files.map(({ header }) => header.zone_id) : given.map(find);
}
