import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { replaceFileText } from '../disk/replace-file.ts';
import { callsPerSecond, type Quota } from '../lane/budget.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { HostrollError, SECOND, type ZoneId } from '../terms.ts';
import type { BatchFile, BatchFileLane } from './batch-file.ts';
import type { BatchFolder } from './batch-folder.ts';
import type { Intake } from './intake.ts';
import { LaneClient, type LaneListener } from './lane-client.ts';
import type { BatchLane } from './lane-feed.ts';
import { Ledger } from './ledger.ts';
import { makePlan, type PlanTotals } from './make-plan.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { ProgressTracker } from './progress-tracker.ts';
import { ReadCalls } from './read-calls.ts';
import { type LaneZones, resolveZones } from './resolve-zones.ts';
import { countLooks } from './settle-schedule.ts';
import { takeSnapshot } from './take-snapshot.ts';

/** A lane that a batch may use, whole. */
export interface PlanLane extends BatchLane, LaneZones {
  quota: Quota;
  /** Part of the quota that its limit spends, 0 to 1. */
  share: number;
}

export interface PlanParts {
  folder: BatchFolder;
  intake: Intake;
  manifestPath: string;
  /** Zones as given, by id or name. */
  zones: readonly string[];
  backend: QueueBackend;
  /** All that zones may belong to; the batch then has those that its zones do. */
  lanes: readonly PlanLane[];
  waitMs: number;
  waitStrict: boolean;
  /** Bundles replace one certificate of a pack. */
  inPack: boolean;
  baseUrl: string;
  version: string;
  interrupt: AbortSignal;
  progress: ProgressTracker;
  log: Logger;
  now(): number;
}

/**
 * Plans a batch whose manifest is taken in: reads the live state through the lane and writes `plan.jsonl`, then
 * `batch.json`, by which the batch exists. Writes nothing to the API. Throws a `HostrollError` with the code of the call
 * where the API cannot be read, `INTERRUPTED` where the caller's signal says so.
 */
export async function planBatch(parts: PlanParts): Promise<{ file: BatchFile; summary: PlanSummary }> {
  const { folder, intake, progress, now } = parts;
  if (intake.summary === undefined) throw new TypeError('A spoiled manifest has no plan.');
  const reads = new ReadCalls();
  const lane = new LaneClient({ ...parts, batch: folder.batch, listener: planListener(reads, progress) });
  const interrupted = () =>
    lane.abandonReads(new HostrollError('INTERRUPTED', 'Interrupted before anything was sent.'));
  parts.interrupt.addEventListener('abort', interrupted);
  try {
    await lane.setLimits();
    await lane.clearReads();
    progress.enter('snapshot', 0);
    const zones = await resolveZones(lane, parts.lanes, parts.zones, intake);
    const snapshot = await takeSnapshot(lane, {
      zones,
      rows: intake.goodRows,
      rowsPath: folder.rows,
      snapshotPath: folder.snapshot,
    });
    progress.enter('planning', intake.summary.rows);
    const against = { snapshot, zones, inPack: parts.inPack };
    const totals = await makePlan({ rowsPath: folder.rows, planPath: folder.plan, ...against }, (rows) => {
      progress.rows.done = rows;
    });
    await snapshot.close();
    const calls = reads.take();
    const lanes = lanesOf(parts.lanes, zones, (zone) => lane.laneOf(zone));
    const file = batchFile(parts, intake.summary, { zones, lanes, totals });
    await recordCalls(folder, file, calls, now);
    await replaceFileText(folder.batchFile, `${JSON.stringify(file, null, 2)}\n`);
    return { file, summary: planSummary(parts, totals, calls.list + calls.read, lanes) };
  } finally {
    parts.interrupt.removeEventListener('abort', interrupted);
    // Reads that nobody waits for any more would bring their answers into a queue that nobody empties.
    await lane.clear();
    await lane.close();
    await Promise.all([folder.rows, folder.snapshot].map((path) => rm(path, { force: true })));
  }
}

const planListener = (reads: ReadCalls, progress: ProgressTracker): LaneListener => ({
  rowDone: async () => {},
  cooling: async (until, reason) => progress.cooling(until, reason),
  unattended: (lanes) => progress.unattended(lanes),
  refused: async () => {},
  called: (calls) => {
    progress.called(calls);
    reads.add(calls);
  },
});

async function recordCalls(
  folder: BatchFolder,
  file: BatchFile,
  calls: ReturnType<ReadCalls['take']>,
  now: () => number,
): Promise<void> {
  const ledger = await Ledger.open(folder.ledger, file.manifest.rows, now);
  await ledger.record({ type: 'calls', purpose: 'snapshot', calls });
  await ledger.close();
}

function batchFile(
  parts: PlanParts,
  manifest: NonNullable<Intake['summary']>,
  { zones, lanes, totals }: { zones: ZoneId[]; lanes: BatchFileLane[]; totals: PlanTotals },
): BatchFile {
  return {
    batch: parts.folder.batch,
    created_at: new Date(parts.now()).toISOString(),
    version: parts.version,
    manifest: { path: parts.manifestPath, ...manifest },
    zones,
    lanes,
    base_url: parts.baseUrl,
    wait_ms: parts.waitMs,
    wait_strict: parts.waitStrict,
    plan: { decisions: totals.counts, effects: totals.effects },
  };
}

/** Of all lanes those that the batch's zones are assigned to; the first for a batch without any, all of whose rows are bad. */
function lanesOf(
  all: readonly PlanLane[],
  zones: readonly ZoneId[],
  laneOf: (zone: ZoneId) => string,
): BatchFileLane[] {
  const lanes = all.map(({ name, quota: { calls, windowSeconds }, share }) => {
    const own = zones.filter((zone) => laneOf(zone) === name);
    return { name, zones: own, quota: { calls, window_seconds: windowSeconds }, share };
  });
  const used = lanes.filter((lane) => lane.zones.length > 0);
  return used.length === 0 ? lanes.slice(0, 1) : used;
}

function planSummary(
  { lanes: all, waitMs }: PlanParts,
  { editsByZone, ...totals }: PlanTotals,
  listCalls: number,
  lanes: readonly BatchFileLane[],
): PlanSummary {
  const rates = new Map(all.map(({ name, limit }) => [name, callsPerSecond(limit)]));
  const rateOf = ({ name }: BatchFileLane): number => rates.get(name) ?? 1;
  const ratePerSecond = lanes.reduce((sum, lane) => sum + rateOf(lane), 0);
  const edit = totals.counts.edit + totals.counts.recheck;
  // Lanes work side by side: the one with the most to do for its rate ends last.
  const editMs = lanes.map((lane) => {
    const edits = lane.zones.reduce((sum, zone) => sum + (editsByZone.get(zone) ?? 0), 0);
    return (edits / rateOf(lane)) * SECOND;
  });
  const zones = lanes.flatMap((lane) => lane.zones);
  // A look costs what the snapshot cost, or one call for each hostname that is not active, whichever is less.
  const look = Math.max(zones.length, Math.min(listCalls, edit));
  const settle = edit === 0 ? 0 : countLooks(waitMs, (look / ratePerSecond) * SECOND) * look;
  const total = listCalls + edit + settle;
  const durationMs = Math.max(0, ...editMs) + (edit === 0 ? 0 : waitMs);
  return { ...totals, calls: { list: listCalls, edit, settle, total }, ratePerSecond, durationMs };
}
