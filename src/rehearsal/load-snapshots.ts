import type { SnapshotFile } from '../batch/plan/snapshot-file.ts';
import type { Control } from '../sandbox/control.ts';
import { HostrollError, type ZoneId } from '../terms.ts';
import { type Customers, sandboxHostname } from './sandbox-hostname.ts';

/**
 * Puts the hostnames of snapshots into a simulator that has their zones. Resolves with how many of each zone were left
 * out, as their name was there already: a simulator holds a name once. Throws as reading the files does.
 */
export async function loadSnapshots(
  files: readonly SnapshotFile[],
  { load }: Pick<Control, 'load'>,
  customers: Customers,
): Promise<Map<ZoneId, number>> {
  const leftOut = new Map<ZoneId, number>();
  for (const { header, hostnames } of files) {
    let twice = 0;
    for await (const live of hostnames()) {
      try {
        load(sandboxHostname(live, customers));
      } catch (error) {
        if (!(error instanceof HostrollError) || error.code !== 'SANDBOX_DUPLICATE') throw error;
        twice += 1;
      }
    }
    leftOut.set(header.zone_id, twice);
  }
  return leftOut;
}
