import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { replaceFileText } from '../disk/replace-file.ts';
import { callsPerSecond, type LaneLimit, type Quota } from '../lane/budget.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { HostrollError, SECOND, type ZoneId } from '../terms.ts';
import type { BatchFile } from './batch-file.ts';
import type { BatchFolder } from './batch-folder.ts';
import type { Intake } from './intake.ts';
import { LaneClient, type LaneListener } from './lane-client.ts';
import { Ledger } from './ledger.ts';
import { makePlan, type PlanTotals } from './make-plan.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { ProgressTracker } from './progress-tracker.ts';
import { ReadCalls } from './read-calls.ts';
import { resolveZones } from './resolve-zones.ts';
import { countLooks } from './settle-schedule.ts';
import { takeSnapshot } from './take-snapshot.ts';

export interface PlanParts {
  folder: BatchFolder;
  intake: Intake;
  manifestPath: string;
  /** Zones as given, by id or name. */
  zones: readonly string[];
  backend: QueueBackend;
  lane: string;
  limit: LaneLimit;
  quota: Quota;
  share: number;
  waitMs: number;
  waitStrict: boolean;
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
    await lane.setLimit(parts.limit);
    await lane.clearReads();
    progress.enter('snapshot', 0);
    const zones = await resolveZones(lane, parts.zones, intake);
    const snapshot = await takeSnapshot(lane, {
      zones,
      rows: intake.goodRows,
      rowsPath: folder.rows,
      snapshotPath: folder.snapshot,
    });
    progress.enter('planning', intake.summary.rows);
    const totals = await makePlan({ rowsPath: folder.rows, planPath: folder.plan, snapshot, zones }, (rows) => {
      progress.rows.done = rows;
    });
    await snapshot.close();
    const calls = reads.take();
    const file = batchFile(parts, intake.summary, zones, totals);
    await recordCalls(folder, file, calls, now);
    await replaceFileText(folder.batchFile, `${JSON.stringify(file, null, 2)}\n`);
    await lane.discardResults();
    return { file, summary: planSummary(parts, totals, calls.list + calls.read, zones) };
  } finally {
    parts.interrupt.removeEventListener('abort', interrupted);
    await lane.close();
    await Promise.all([folder.rows, folder.snapshot].map((path) => rm(path, { force: true })));
  }
}

const planListener = (reads: ReadCalls, progress: ProgressTracker): LaneListener => ({
  rowDone: async () => {},
  cooling: async (until, reason) => progress.cooling(until, reason),
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
  zones: ZoneId[],
  totals: PlanTotals,
): BatchFile {
  return {
    batch: parts.folder.batch,
    created_at: new Date(parts.now()).toISOString(),
    version: parts.version,
    manifest: { path: parts.manifestPath, ...manifest },
    zones,
    lane: parts.lane,
    base_url: parts.baseUrl,
    quota: { calls: parts.quota.calls, window_seconds: parts.quota.windowSeconds },
    share: parts.share,
    wait_ms: parts.waitMs,
    wait_strict: parts.waitStrict,
    plan: { decisions: totals.counts, effects: totals.effects },
  };
}

function planSummary(
  { limit, waitMs }: PlanParts,
  totals: PlanTotals,
  listCalls: number,
  zones: ZoneId[],
): PlanSummary {
  const ratePerSecond = callsPerSecond(limit);
  const edit = totals.counts.edit + totals.counts.recheck;
  // A look costs what the snapshot cost, or one call for each hostname that is not active, whichever is less.
  const look = Math.max(zones.length, Math.min(listCalls, edit));
  const settle = edit === 0 ? 0 : countLooks(waitMs, (look / ratePerSecond) * SECOND) * look;
  const total = listCalls + edit + settle;
  const durationMs = (edit / ratePerSecond) * SECOND + (edit === 0 ? 0 : waitMs);
  return { ...totals, calls: { list: listCalls, edit, settle, total }, ratePerSecond, durationMs };
}
