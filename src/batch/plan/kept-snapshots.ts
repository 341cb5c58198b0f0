import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostrollError, type ZoneId } from '../../terms.ts';
import { openSnapshotFile, type SnapshotFile } from './snapshot-file.ts';

/** Where the last whole readings of zones are kept, so that what comes right after one need not read again. */
export const keptFolder = (state: string): string => join(state, 'snapshots');
export const keptSnapshot = (state: string, zone: ZoneId): string => join(keptFolder(state), `${zone}.jsonl`);

/** The kept reading of a zone from `baseUrl`, where there is one taken after `since` (milliseconds since 1970). */
export async function freshSnapshot(
  state: string,
  zone: ZoneId,
  { baseUrl, since }: { baseUrl: string; since: number },
): Promise<SnapshotFile | undefined> {
  try {
    const file = await openSnapshotFile(keptSnapshot(state, zone));
    const { base_url, taken_at } = file.header;
    return base_url === baseUrl && Date.parse(taken_at) > since ? file : undefined;
  } catch (error) {
    if (error instanceof HostrollError) return undefined;
    throw error;
  }
}

/** Forgets the readings of zones that are about to change. */
export async function forgetSnapshots(state: string, zones: readonly ZoneId[]): Promise<void> {
  await Promise.all(zones.map((zone) => rm(keptSnapshot(state, zone), { force: true })));
}
