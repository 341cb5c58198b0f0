import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Lane } from '../../lane/lane.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import type { ZoneId } from '../../terms.ts';
import type { BatchFile, BatchFileLane } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import { recordStage } from '../ledger/ledger.ts';
import { readSentBundles, type SentBundles } from '../ledger/sent-bundles.ts';
import type { LiveView } from '../view/live-view.ts';
import type { Intake } from './intake.ts';
import { makePlan } from './make-plan.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { PlanTotals } from './plan-totals.ts';
import { lanesOf, planSummary, storeBatch } from './planned-batch.ts';
import { withPlanningLane } from './planning-lane.ts';
import { resolveZones } from './resolve-zones.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { ZonePlans } from './zone-plans.ts';

export interface PlanParts {
  folder: BatchFolder;
  intake: Intake;
  manifestPath: string;
  /** Zones as given, by id or name. */
  zones: readonly string[];
  backend: QueueBackend;
  /** All that zones may belong to; the batch then has those that its zones do. */
  lanes: readonly Lane[];
  waitMs: number;
  waitStrict: boolean;
  /** Bundles replace one certificate of a pack. */
  inPack: boolean;
  /** Bundles are sent also where they are served already. */
  resend: boolean;
  /** Wildcard hostnames may be given certificates for the name alone. */
  allowNarrower: boolean;
  /** Where earlier batches are. */
  state: string;
  baseUrl: string;
  audit: Pick<BatchFile, 'by' | 'options'>;
  version: string;
  interrupt: AbortSignal;
  progress: LiveView;
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
  const { summary: manifest } = intake;
  if (manifest === undefined) throw new TypeError('A spoiled manifest has no plan.');
  try {
    return await withPlanningLane(parts, folder.batch, async (lane, reads) => {
      progress.enter('planning');
      await recordStage(folder.ledger, 'planning', now());
      const readAt = new Date(now()).toISOString();
      const plans = new ZonePlans(lane);
      const zones = await resolveZones(lane, parts.lanes, parts.zones, intake, plans);
      const snapshot = await takeSnapshot(lane, {
        zones,
        rows: intake.goodRows,
        rowsPath: folder.rows,
        snapshotPath: folder.snapshot,
      });
      progress.enter('planning', manifest.rows);
      const laneOf = (zone: ZoneId) => lane.laneOf(zone);
      const { inPack, resend, allowNarrower } = parts;
      let earlier: Promise<SentBundles> | undefined;
      const sent = () => {
        earlier ??= readSentBundles(parts.state);
        return earlier;
      };
      const against = { snapshot, zones, inPack, resend, allowNarrower, plans, sent, laneOf };
      const totals = await makePlan({ rowsPath: folder.rows, planPath: folder.plan, ...against }, (rows) =>
        progress.through(rows),
      ).finally(() => snapshot.close());
      const calls = reads.take();
      const lanes = lanesOf(parts.lanes, zones, laneOf);
      const file = batchFile(parts, manifest, { zones, lanes, totals, readAt });
      await storeBatch(folder, file, { calls, now });
      return {
        file,
        summary: planSummary(
          parts,
          { ...totals, notes: [...totals.notes, ...reads.notes()] },
          calls.list + calls.read,
          lanes,
        ),
      };
    });
  } finally {
    await Promise.all([folder.rows, folder.snapshot].map((path) => rm(path, { force: true })));
  }
}

function batchFile(
  parts: PlanParts,
  manifest: NonNullable<Intake['summary']>,
  { zones, lanes, totals, readAt }: { zones: ZoneId[]; lanes: BatchFileLane[]; totals: PlanTotals; readAt: string },
): BatchFile {
  return {
    batch: parts.folder.batch,
    created_at: new Date(parts.now()).toISOString(),
    read_at: readAt,
    version: parts.version,
    ...parts.audit,
    manifest: { path: parts.manifestPath, ...manifest },
    zones,
    lanes,
    base_url: parts.baseUrl,
    wait_ms: parts.waitMs,
    wait_strict: parts.waitStrict,
    plan: { decisions: totals.counts, effects: totals.effects },
  };
}
