import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { LiveHostname } from '../../hostname/live.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import type { Where } from '../../select/where.ts';
import { HostrollError, type ZoneId } from '../../terms.ts';
import { formatClock } from '../../text/format-time.ts';
import type { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import { recordStage } from '../ledger/ledger.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { readSentBundles, type SentBundles } from '../ledger/sent-bundles.ts';
import type { LiveView } from '../view/live-view.ts';
import type { PlanRules } from './brakes.ts';
import type { Intake } from './intake.ts';
import { freshSnapshot } from './kept-snapshots.ts';
import type { LookAhead } from './look-ahead.ts';
import { makePlan } from './make-plan.ts';
import type { PlanSummary } from './plan-summary.ts';
import { type BatchParts, storeBatch } from './planned-batch.ts';
import { withPlanningLane } from './planning-lane.ts';
import { isFromAll, NO_ROWS, resolveZones } from './resolve-zones.ts';
import type { ReviewedRows } from './reviewed-rows.ts';
import type { SnapshotFile } from './snapshot-file.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { ZonePlans } from './zone-plans.ts';
import { quotaText, zoneQuota } from './zone-quota.ts';

export interface PlanParts extends BatchParts {
  intake: Intake;
  manifestPath: string;
  /** Zones as given, by id or name. */
  zones: readonly string[];
  backend: QueueBackend;
  /** Zones, by id or name, in which a hostname would be the same one. */
  knownZones: readonly string[];
  /** Bundles replace one certificate of a pack. */
  inPack: boolean;
  /** Bundles are sent also where they are served already. */
  resend: boolean;
  /** Wildcard hostnames may be given certificates for the name alone. */
  allowNarrower: boolean;
  where: Where;
  /** State folder: earlier batches, and kept readings, of which those no older than `freshMs` are planned by. */
  state: string;
  freshMs: number;
  rules: Pick<PlanRules, 'force'>;
  /** The rows as they were reviewed, or whoever else has a say in what becomes of a row that is planned. */
  reviewed?: Pick<ReviewedRows, 'review' | 'notes'> | undefined;
  /** Looks at rows that change method or authority before they are sent. */
  ahead?: Pick<LookAhead, 'look' | 'notes'> | undefined;
  /** The batch whose rows it is made of. */
  follows?: BatchFile['follows'];
  interrupt: AbortSignal;
  progress: LiveView;
  log: Logger;
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
      const plans = new ZonePlans(lane);
      const zones = await resolveZones(lane, parts.lanes, parts.zones, intake, plans);
      const { others, notes } = await otherZones(lane, parts, zones);
      const readAt = new Date(now()).toISOString();
      const kept = await keptReadings(parts, [...zones, ...others]);
      for (const { header } of kept) plans.learn({ id: header.zone_id, plan: header.zone_plan });
      const snapshot = await takeSnapshot(lane, {
        zones: [...zones, ...others],
        rows: intake.goodRows,
        rowsPath: folder.rows,
        snapshotPath: folder.snapshot,
        kept,
        mayGo: isFromAll(parts.zones, others),
        leftOut: notes,
      });
      const quotas: NonNullable<BatchFile['quotas']> = [];
      for (const zone_id of zones) {
        const quota = await zoneQuota(lane, zone_id);
        if (quota !== undefined) quotas.push({ zone_id, name: plans.nameOf(zone_id) ?? zone_id, ...quota });
      }
      progress.enter('planning', manifest.rows);
      const laneOf = (zone: ZoneId) => lane.laneOf(zone);
      const { inPack, resend, allowNarrower, where } = parts;
      let earlier: Promise<SentBundles> | undefined;
      const sent = () => {
        earlier ??= readSentBundles(parts.state);
        return earlier;
      };
      const { reviewed, ahead } = parts;
      const review = reviewed && ((row: PlanRow) => reviewed.review(row));
      const against = {
        snapshot,
        zones,
        others,
        inPack,
        resend,
        allowNarrower,
        plans,
        sent,
        laneOf,
        review,
        where,
        now: now(),
        look: ahead && ((row: PlanRow, live: LiveHostname) => ahead.look(row, live)),
      };
      const totals = await makePlan({ rowsPath: folder.rows, planPath: folder.plan, ...against }, (rows) =>
        progress.through(rows),
      ).finally(() => snapshot.close());
      return await storeBatch(
        parts,
        {
          manifest: { path: parts.manifestPath, ...manifest },
          read_at: oldest(readAt, kept),
          quotas,
          ...(parts.follows === undefined ? {} : { follows: parts.follows }),
        },
        {
          zones,
          laneOf,
          totals,
          calls: reads.take(),
          notes: [
            ...(reviewed?.notes() ?? []),
            ...(ahead?.notes() ?? []),
            ...notes,
            ...kept.map(planNote),
            ...quotas.map((quota) => quotaText(quota.name, quota)),
            ...reads.notes(),
          ],
        },
      );
    });
  } finally {
    await Promise.all([folder.rows, folder.snapshot].map((path) => rm(path, { force: true })));
  }
}

/**
 * Further known zones, in which a hostname would be the same one; none are read where that is forced. One that cannot be read
 * stops nothing, and is said.
 */
async function otherZones(
  lane: LaneDispatcher,
  { lanes, knownZones, zones: given, rules, interrupt }: PlanParts,
  zones: readonly ZoneId[],
): Promise<{ others: ZoneId[]; notes: string[] }> {
  const others = new Set<ZoneId>();
  const notes: string[] = [];
  const asGiven = new Set([...given.map((zone) => zone.toLowerCase()), ...zones]);
  for (const zone of rules.force.includes('other-zone') ? [] : knownZones) {
    if (asGiven.has(zone.toLowerCase())) continue;
    try {
      for (const id of await resolveZones(lane, lanes, [zone], NO_ROWS)) others.add(id);
    } catch (error) {
      if (!(error instanceof HostrollError) || interrupt.aborted) throw error;
      notes.push(`Zone ${zone} was not looked at, so that hostnames it has, too, are not seen: ${error.message}`);
    }
  }
  return { others: [...others].filter((zone) => !zones.includes(zone)), notes };
}

/** The readings of the zones that are young enough to plan by. */
async function keptReadings(
  { state, freshMs, baseUrl, now }: PlanParts,
  zones: readonly ZoneId[],
): Promise<SnapshotFile[]> {
  const found = await Promise.all(zones.map((zone) => freshSnapshot(state, zone, { baseUrl, since: now() - freshMs })));
  return found.filter((file) => file !== undefined);
}

const oldest = (readAt: string, kept: readonly SnapshotFile[]): string =>
  kept.map(({ header }) => header.taken_at).reduce((first, at) => (at < first ? at : first), readAt);

const planNote = ({ header }: SnapshotFile): string =>
  `Zone ${header.zone_name ?? header.zone_id} is planned as it was read at ${formatClock(header.taken_at)}; --fresh 0 reads it again.`;
