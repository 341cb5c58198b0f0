import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import { listZone } from '../batch/plan/list-zone.ts';
import { withPlanningLane } from '../batch/plan/planning-lane.ts';
import { type NamedZones, NO_ROWS, resolveZones } from '../batch/plan/resolve-zones.ts';
import { Snapshot } from '../batch/plan/snapshot.ts';
import { type SnapshotHeader, writeSnapshotFile } from '../batch/plan/snapshot-file.ts';
import { ZonePlans } from '../batch/plan/zone-plans.ts';
import type { LiveView } from '../batch/view/live-view.ts';
import type { Config } from '../config/config.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { type BatchId, HostrollError, type ZoneId } from '../terms.ts';
import { type Engine, startEngine } from './engine.ts';
import { version } from './version.ts';

export interface ZoneReads {
  config: Config;
  /** What this process is doing, shown to a process that finds the queue in use. */
  command: string;
  /** Zones that the rows of a manifest name, beside those of the configuration. */
  intake?: NamedZones;
  /** Where the snapshot of a zone is to be written. */
  pathOf(zone: ZoneId, name: string | undefined): string;
  progress: LiveView;
  interrupt: AbortSignal;
}

/**
 * Reads whole zones through the lane, within the budget, each into a snapshot file. Makes nothing but reads. Resolves
 * with the files; throws as `resolveZones` and the calls do, `INTERRUPTED` where the caller's signal says so.
 */
export async function readZones(reads: ZoneReads): Promise<{ path: string; header: SnapshotHeader }[]> {
  const { config, command, progress, interrupt } = reads;
  const engine = await startEngine(config, { command });
  try {
    const parts = { ...engine, interrupt, progress, now: Date.now, interrupted: 'Interrupted; nothing was written.' };
    const batch = `snapshot-${Date.now()}-${process.pid}` as BatchId;
    return await withPlanningLane(parts, batch, (lane) => storeZones(lane, engine, reads));
  } finally {
    await engine.close();
  }
}

async function storeZones(
  lane: LaneDispatcher,
  { lanes }: Engine,
  { config, intake = NO_ROWS, pathOf, progress, interrupt }: ZoneReads,
) {
  const plans = new ZonePlans(lane);
  const names = new Map<ZoneId, string | undefined>();
  for (const given of config.zones) {
    for (const id of await resolveZones(lane, lanes, [given], NO_ROWS, plans)) {
      names.set(id, given.toLowerCase() === id ? names.get(id) : given.toLowerCase());
    }
  }
  const stored: { path: string; header: SnapshotHeader }[] = [];
  for (const zone of await resolveZones(lane, lanes, [...names.keys()], intake)) {
    const name = names.get(zone);
    const path = pathOf(zone, name);
    progress.enter('reading');
    const facts = { name, plan: await plans.of(zone) };
    const header = await storeZone(lane, zone, facts, path, config, progress);
    if (interrupt.aborted) throw new HostrollError('INTERRUPTED', 'Interrupted.');
    stored.push({ path, header });
  }
  return stored;
}

async function storeZone(
  lane: LaneDispatcher,
  zone: ZoneId,
  { name, plan }: { name: string | undefined; plan: string | undefined },
  path: string,
  { state, baseUrl }: Config,
  progress: LiveView,
): Promise<SnapshotHeader> {
  const lines = join(state, `snapshot-${randomUUID()}.tmp`);
  const takenAt = new Date().toISOString();
  try {
    const snapshot = await Snapshot.filled(lines, async (filled) => {
      let total = 0;
      const take = async (hostnames: LiveHostname[]) => {
        for (const live of hostnames) await filled.add(live);
        progress.through(filled.size, total);
      };
      const onTotal = (count: number) => {
        total = count;
      };
      await listZone(lane, zone, { tag: 'whole', take, taken: () => filled.size, onTotal });
    });
    const header: SnapshotHeader = {
      hostroll_snapshot: 1,
      zone_id: zone,
      ...(name === undefined ? {} : { zone_name: name }),
      ...(plan === undefined ? {} : { zone_plan: plan }),
      taken_at: takenAt,
      hostnames: snapshot.size,
      base_url: baseUrl,
      version,
    };
    await writeSnapshotFile(path, header, lines);
    return header;
  } finally {
    await rm(lines, { force: true });
  }
}
