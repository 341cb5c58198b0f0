import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import { eachZone } from '../batch/plan/each-zone.ts';
import { freshSnapshot } from '../batch/plan/kept-snapshots.ts';
import { listZone } from '../batch/plan/list-zone.ts';
import { withPlanningLane } from '../batch/plan/planning-lane.ts';
import { isFromAll, type NamedZones, NO_ROWS, resolveZones } from '../batch/plan/resolve-zones.ts';
import { Snapshot } from '../batch/plan/snapshot.ts';
import { type SnapshotHeader, writeSnapshotFile } from '../batch/plan/snapshot-file.ts';
import { ZonePlans } from '../batch/plan/zone-plans.ts';
import { zoneQuota } from '../batch/plan/zone-quota.ts';
import { LiveView } from '../batch/view/live-view.ts';
import type { HostnameQuota } from '../cloudflare/wire.ts';
import type { Config } from '../config/config.ts';
import { KeyIndex } from '../disk/key-index.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { isMeant } from '../select/where.ts';
import { type BatchId, HostrollError, type ZoneId } from '../terms.ts';
import { besideOthers } from './beside-others.ts';
import { budgetsOf, type Engine, type LendEngine, ownEngine } from './engine.ts';
import type { Screen } from './session.ts';
import { version } from './version.ts';

export interface ZoneReads {
  /** Its zones are read, of them at least what its conditions mean; a kept reading will do that is young enough. */
  config: Config;
  /** What this process is doing, shown to a process that finds the queue in use. */
  command: string;
  /** What it runs on, if not on an engine of its own. */
  engine?: LendEngine | undefined;
  /** Zones that the rows of a manifest name, beside those of the configuration. */
  intake?: NamedZones;
  /** Where the snapshot of a zone is to be written; `isWhole`: it has every hostname. */
  pathOf(zone: ZoneId, name: string | undefined, isWhole: boolean): string;
  /** Store only what the conditions mean. */
  only?: boolean;
  /** Ask for the zones' quotas, too. */
  quotas?: boolean;
  /** Is given the progress, which is shown until the returned function is called. */
  show?: Screen['show'];
  /** Hears of each zone of `all` that cannot be read. */
  warn(sentence: string): void;
  interrupt: AbortSignal;
}

type ShownReads = ZoneReads & { progress: LiveView };

/** A zone that was read. */
export interface ZoneRead {
  path: string;
  header: SnapshotHeader;
  /** Where it was asked for, and the API tells it. */
  quota?: HostnameQuota;
}

/**
 * Reads zones through the lane, within the budget, each into a snapshot file. Makes nothing but reads. Resolves with the files;
 * throws as `resolveZones` and the calls do, `INTERRUPTED` where the caller's signal says so. Of all zones of a credential,
 * those that cannot be read are left out.
 */
export async function readZones(reads: ZoneReads): Promise<ZoneRead[]> {
  const { command, show, interrupt, warn } = reads;
  const config = reads.engine === undefined ? await besideOthers(reads.config, warn) : reads.config;
  const engine = reads.engine ?? ownEngine(config, { command, warn });
  const progress = new LiveView(budgetsOf(config.lanes), Date.now);
  const hide = show?.(() => progress.view());
  const batch = `snapshot-${Date.now()}-${process.pid}` as BatchId;
  return engine((on) => {
    const parts = { ...on, interrupt, progress, now: Date.now, interrupted: 'Interrupted; nothing was written.' };
    return withPlanningLane(parts, batch, (lane) => storeZones(lane, on, { ...reads, progress }));
  }).finally(() => hide?.());
}

async function storeZones(lane: LaneDispatcher, { lanes }: Engine, reads: ShownReads): Promise<ZoneRead[]> {
  const { config, intake = NO_ROWS, quotas, progress, warn, interrupt } = reads;
  const plans = new ZonePlans(lane);
  const stored: ZoneRead[] = [];
  const read = async (zone: ZoneId) => {
    progress.enter('reading');
    const { state, baseUrl, freshMs } = config;
    const kept = await freshSnapshot(state, zone, { baseUrl, since: Date.now() - freshMs });
    const facts = { name: plans.nameOf(zone), plan: kept?.header.zone_plan ?? (await plans.of(zone)) };
    const file = kept ?? (await storeZone(lane, zone, facts, reads));
    const quota = quotas ? await zoneQuota(lane, zone) : undefined;
    stored.push({ path: file.path, header: file.header, ...(quota === undefined ? {} : { quota }) });
    if (interrupt.aborted) throw new HostrollError('INTERRUPTED', 'Interrupted.');
  };
  const zones = await resolveZones(lane, lanes, config.zones, intake, plans);
  for (const sentence of (await eachZone(zones, isFromAll(config.zones), read)).values()) warn(`hostroll: ${sentence}`);
  return stored;
}

async function storeZone(
  lane: LaneDispatcher,
  zone: ZoneId,
  { name, plan }: { name: string | undefined; plan: string | undefined },
  { config: { state, baseUrl, where }, pathOf, only = false, progress }: ShownReads,
): Promise<ZoneRead> {
  const lines = join(state, `snapshot-${randomUUID()}.tmp`);
  const takenAt = new Date();
  let listedWhole = false;
  try {
    const snapshot = await Snapshot.filled(lines, async (filled) => {
      let total = 0;
      const seen = new KeyIndex();
      const take = async (hostnames: LiveHostname[]) => {
        for (const { id } of hostnames) seen.setIfAbsent(id, 0);
        await filled.add(...hostnames.filter((live) => !only || isMeant(where, live, takenAt.getTime())));
        progress.through(filled.size, total);
      };
      const onTotal = (count: number) => {
        total = count;
      };
      listedWhole = await listZone(lane, zone, { tag: 'whole', where, take, taken: () => seen.size, onTotal });
    });
    const isWhole = listedWhole && !(only && where.length > 0);
    const path = pathOf(zone, name, isWhole);
    const header: SnapshotHeader = {
      hostroll_snapshot: 1,
      zone_id: zone,
      ...(name === undefined ? {} : { zone_name: name }),
      ...(plan === undefined ? {} : { zone_plan: plan }),
      taken_at: takenAt.toISOString(),
      ...(isWhole ? {} : { where: where.map(({ text }) => text) }),
      hostnames: snapshot.size,
      base_url: baseUrl,
      version,
    };
    await mkdir(dirname(path), { recursive: true });
    await writeSnapshotFile(path, header, lines);
    return { path, header };
  } finally {
    await rm(lines, { force: true });
  }
}
