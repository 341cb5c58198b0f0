import { hash } from 'node:crypto';
import { sha256Of } from '../../disk/file-digest.ts';
import { readJsonLines } from '../../disk/json-lines.ts';
import { replaceFileText } from '../../disk/replace-file.ts';
import { callsPerSecond } from '../../lane/budget.ts';
import type { Lane } from '../../lane/lane.ts';
import type { Priority } from '../../lane/priority.ts';
import { type CallCounts, SECOND, type ZoneId } from '../../terms.ts';
import type { BatchFile, BatchFileLane } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import { ISSUANCE_DEFAULT } from '../ledger/issuance-default.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { SettledRow } from '../ledger/ledger-event.ts';
import type { Rollout } from '../ledger/rollout.ts';
import { countLooks } from '../settle/settle-schedule.ts';
import { WavePlan } from '../waves/wave-plan.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { PlanTotals } from './plan-totals.ts';

/** What every planner is given of the batch that it makes. */
export interface BatchParts {
  folder: BatchFolder;
  /** All that zones may belong to; the batch has those that its zones do. */
  lanes: readonly Lane[];
  waitMs: number;
  waitStrict: boolean;
  rollout: Rollout;
  priority: Priority;
  baseUrl: string;
  audit: Pick<BatchFile, 'by' | 'options'>;
  version: string;
  now(): number;
}

/** What came of planning: `seen` are hostnames that nobody reads again, as they stand. */
interface Planned {
  zones: readonly ZoneId[];
  laneOf(zone: ZoneId): string;
  totals: PlanTotals;
  calls: CallCounts;
  notes: readonly string[];
  seen?: AsyncIterable<SettledRow[]>;
}

type OwnToPlanner = Pick<BatchFile, 'manifest' | 'kind' | 'read_at' | 'quotas' | 'follows' | 'limits' | 'sweep'>;

/**
 * Makes a batch of a folder whose `plan.jsonl` is written, with what is `own` to its planner in its file: its ledger begins
 * with what planning cost and saw, and then `batch.json` is there, by which the batch exists.
 */
export async function storeBatch(
  parts: BatchParts,
  own: OwnToPlanner,
  { zones, laneOf, totals, calls, notes, seen }: Planned,
): Promise<{ file: BatchFile; summary: PlanSummary }> {
  const { folder, audit, priority, rollout, now } = parts;
  const lanes = lanesOf(parts.lanes, zones, laneOf);
  const file: BatchFile = {
    batch: folder.batch,
    created_at: new Date(now()).toISOString(),
    version: parts.version,
    ...audit,
    ...own,
    zones: [...zones],
    lanes,
    base_url: parts.baseUrl,
    wait_ms: parts.waitMs,
    wait_strict: parts.waitStrict,
    rollout,
    ...(priority === 'normal' ? {} : { priority }),
    plan: { decisions: totals.counts, effects: totals.effects, sha256: await sha256Of(folder.plan) },
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  const ledger = await Ledger.open(folder.ledger, file.manifest.rows, now);
  try {
    await ledger.record({ type: 'calls', purpose: 'snapshot', calls });
    for await (const rows of seen ?? []) await ledger.recordSettled(rows);
    await ledger.record({ type: 'planned', batch_file: hash('sha256', text) });
  } finally {
    await ledger.close();
  }
  await replaceFileText(folder.batchFile, text);
  const inParts = await rolloutSummary(folder, file);
  return { file, summary: { ...planSummary(parts, totals, { calls, notes, ...inParts }, lanes), ...inParts } };
}

/** In which parts a stored batch will be sent, and what holds it, for the one who looks at its plan. */
async function rolloutSummary(
  { plan }: Pick<BatchFolder, 'plan'>,
  { manifest, rollout }: Pick<BatchFile, 'manifest' | 'rollout'>,
): Promise<Pick<PlanSummary, 'waves' | 'rules'>> {
  if (rollout === undefined) return {};
  const { waves, rules } = rollout;
  if (waves === undefined) return { rules };
  const { ends, kinds, kindsInFirst } = await WavePlan.of(readJsonLines(plan), manifest.rows, waves.sizes);
  const rows = ends.map((end, at) => end - (ends[at - 1] ?? 0));
  const { wait_ms, max_pending, confirm } = waves;
  return { rules, waves: { rows, kinds: kinds.length, kindsInFirst, wait_ms, max_pending, confirm } };
}

/** Of all lanes those that the batch's zones are assigned to; the first for a batch without any, all of whose rows are bad. */
function lanesOf(all: readonly Lane[], zones: readonly ZoneId[], laneOf: (zone: ZoneId) => string): BatchFileLane[] {
  const lanes = all.map(({ name, quota: { calls, windowSeconds }, share }) => {
    const own = zones.filter((zone) => laneOf(zone) === name);
    return { name, zones: own, quota: { calls, window_seconds: windowSeconds }, share };
  });
  const used = lanes.filter((lane) => lane.zones.length > 0);
  return used.length === 0 ? lanes.slice(0, 1) : used;
}

/** The summary of a plan whose planning took `calls`, and left `notes`; `lanes` are those of the batch. */
function planSummary(
  { lanes: all, waitMs, rollout: { issuance } }: Pick<BatchParts, 'lanes' | 'waitMs' | 'rollout'>,
  { editsByZone, ordersByZone, ...totals }: PlanTotals,
  { calls, notes, waves }: { calls: CallCounts; notes: readonly string[]; waves?: PlanSummary['waves'] },
  lanes: readonly BatchFileLane[],
): PlanSummary {
  const listCalls = calls.list + calls.read;
  const rates = new Map(all.map(({ name, limit }) => [name, callsPerSecond(limit)]));
  const rateOf = ({ name }: BatchFileLane): number => rates.get(name) ?? 1;
  const ratePerSecond = lanes.reduce((sum, lane) => sum + rateOf(lane), 0);
  const edit = totals.counts.edit + totals.counts.recheck;
  // Lanes work side by side: the one with the most to do for its rate ends last.
  const editMs = lanes.map((lane) => {
    const ofLane = (byZone: ReadonlyMap<ZoneId, number>) =>
      lane.zones.reduce((sum, zone) => sum + (byZone.get(zone) ?? 0), 0);
    return Math.max((ofLane(editsByZone) / rateOf(lane)) * SECOND, issuanceMs(ofLane(ordersByZone), issuance));
  });
  const zones = lanes.flatMap((lane) => lane.zones);
  // A look costs what the snapshot cost, or one call for each hostname that is not active, whichever is less.
  // What only changes metadata or settings is as it should be at the first look.
  const { restarts_dcv, reissues, replaces_certificate } = totals.effects;
  const settles = totals.counts.recheck + restarts_dcv + reissues + replaces_certificate > 0;
  const settleCalls = (rows: number, wait: number) => {
    const look = Math.max(zones.length, Math.min(listCalls, rows));
    const looks = settles ? countLooks(wait, (look / ratePerSecond) * SECOND) : Math.min(1, wait);
    return rows === 0 ? 0 : looks * look;
  };
  // Behind each wave but the last what was sent by then is waited for.
  const between = (waves?.rows.slice(0, -1) ?? []).map((_, at, rows) => sum(rows.slice(0, at + 1)));
  const { wait_ms: waveMs = 0 } = waves ?? {};
  const settle = sum(between.map((rows) => settleCalls(rows, waveMs))) + settleCalls(edit, waitMs);
  const total = listCalls + edit + settle;
  const longest = Math.max(0, ...editMs);
  return {
    ...totals,
    notes: [...notes, ...totals.notes, ...issuanceNotes(sum([...ordersByZone.values()]), issuance)],
    calls: { list: listCalls, edit, settle, total },
    ratePerSecond,
    editMs: longest,
    durationMs: longest + (settles ? between.length * waveMs + waitMs : 0),
  };
}

/** How long it takes at least to begin rows that order certificates, in milliseconds. */
const issuanceMs = (rows: number, limit: Rollout['issuance']): number =>
  limit && rows > 0 ? (Math.ceil(rows / limit.orders) - 1) * limit.window_seconds * SECOND : 0;

/** That they are slower than other rows, or that nothing holds them back, where they are more than the limit of new hostnames. */
function issuanceNotes(rows: number, limit: Rollout['issuance']): string[] {
  const { orders, window_seconds } = limit ?? ISSUANCE_DEFAULT;
  if (rows <= orders) return [];
  const why = 'Cloudflare documents such a limit for new hostnames; whether edits count nobody knows';
  const pace = `${orders} in ${window_seconds} s`;
  return limit
    ? [`${rows} rows order certificates, and are begun at ${pace} at most: ${why} (--issuance).`]
    : [`${rows} rows order certificates, faster than ${pace}, as --issuance none says: ${why}.`];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
