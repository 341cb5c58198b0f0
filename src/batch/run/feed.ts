import { readJsonLines } from '../../disk/json-lines.ts';
import { verdictOfSkipped } from '../../hostname/certificates.ts';
import { changedPaths } from '../../hostname/compare.ts';
import type { Planned } from '../../hostname/lay-over.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import { newLaneJob, type RowJob, rowKey } from '../../lane/lane-job.ts';
import type { BatchId, JsonObject } from '../../terms.ts';
import type { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import { damaged } from '../ledger/batch-file.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutcomeEvent } from '../ledger/ledger-event.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import type { WavePlan } from '../waves/wave-plan.ts';
import type { Holds } from './holds.ts';
import { type Issuance, ordersOf } from './issuance.ts';
import type { Outstanding } from './outstanding.ts';
import { RowsByLane } from './rows-by-lane.ts';
import { carriedOver, type RunLimits } from './run-limits.ts';

export interface FeedParts {
  batch: BatchId;
  planPath: string;
  /** Names of the batch's lanes. */
  lanes: readonly string[];
  ledger: Pick<Ledger, 'outcomeOf' | 'isInDoubt' | 'past' | 'recordOutcomes' | 'record'>;
  /** Rows of later waves than this one are left alone. */
  waves: Pick<WavePlan, 'waveOf'>;
  wave: number;
  /** Rows that are held are passed over. */
  holds: Pick<Holds, 'handOver'>;
  /** Rows that this run has taken back, and that were perhaps sent before. */
  takenInDoubt: ReadonlySet<number>;
  client: Pick<LaneDispatcher, 'feed'>;
  outstanding: Outstanding;
  /**
   * Most rows that are in the queue at a time: bounds its memory, how long a retried row or another batch waits behind
   * others, and what a pause has to take back.
   */
  window(): number;
  limits: RunLimits;
  /** How fast rows are begun that order certificates; absent where it does not matter. */
  issuance?: Pick<Issuance, 'streamOf' | 'room' | 'begun'> | undefined;
  stop: AbortSignal;
  /** Unix milliseconds until which the plan's reading is fresh; in the past where it is not. */
  freshUntil: number;
  /** Send rows also where somebody else has changed the very same fields since the plan. */
  overwriteDrift: boolean;
}

/** Most rows handed over at a time: what the embedded queue does once for all of them takes as long as 70 rows. */
const CHUNK = 200;

/**
 * Walks the plan once, in order. Rows that the plan itself decides get their outcome; the others go to the lane that it
 * names, never more than its part of the window ahead, and a slow lane holds no other one up. Before any row can be sent,
 * the ledger says that it may have been. Resolves when every row is fed, or the run stops; with whether rows were passed
 * over because they are held.
 */
export async function feed(given: FeedParts): Promise<boolean> {
  const failed = new AbortController();
  const parts = { ...given, stop: AbortSignal.any([given.stop, failed.signal]) };
  const streams = parts.lanes.flatMap((lane) => (parts.issuance === undefined ? lane : [lane, ordersOf(lane)]));
  const rows = new RowsByLane(parts.planPath, streams);
  parts.stop.addEventListener('abort', () => rows.end());
  if (parts.stop.aborted) return false;
  const lanes = parts.lanes.flatMap((lane) => [
    feedLane(parts, lane, rows),
    ...(parts.issuance === undefined ? [] : [feedOrders(parts, lane, parts.issuance, rows)]),
  ]);
  const tasks = [readPlan(parts, rows), ...lanes];
  const allEnded = Promise.allSettled(tasks).then(() => rows.close());
  try {
    await Promise.all(tasks);
  } catch (error) {
    // The other lanes end as soon as they have room.
    failed.abort();
    throw error;
  }
  await allEnded;
  return (await Promise.all(lanes)).includes(true);
}

async function readPlan(parts: FeedParts, rows: RowsByLane): Promise<void> {
  const { planPath, waves, wave, ledger, outstanding, stop } = parts;
  let decided: OutcomeEvent[] = [];
  const record = async () => {
    await ledger.recordOutcomes(decided);
    decided = [];
  };
  for await (const { value: row, offset, length } of readJsonLines<PlanRow>(planPath)) {
    if (stop.aborted) return;
    if (ledger.outcomeOf(row.row) !== undefined || outstanding.laneOf(row.row) !== undefined) continue;
    if (waves.waveOf(row.row) > wave) continue;
    const outcome = decidedOutcome(row);
    if (outcome !== undefined) decided.push(outcome);
    else if (row.lane !== undefined && rows.has(row.lane))
      rows.add(streamOf(parts, row, row.lane), row, { offset, length });
    else throw damaged(planPath, `row ${row.row} names no lane of the batch`);
    if (decided.length === CHUNK || rows.full) await record();
    if (rows.full) await rows.room();
  }
  await record();
  rows.end();
}

/** Resolves with whether rows were passed over. */
async function feedLane(parts: FeedParts, lane: string, rows: RowsByLane): Promise<boolean> {
  for (let passedOver = false; ; ) {
    // A part of the window, so that there is something in the lane while the next part is handed over.
    const chunk = await rows.take(lane, Math.max(1, Math.min(CHUNK, Math.ceil(laneWindow(parts) / 5))));
    if (chunk.length === 0 || parts.stop.aborted) return passedOver;
    await parts.outstanding.below(Math.max(1, laneWindow(parts) - chunk.length + 1), lane, parts.stop);
    if (parts.stop.aborted) return passedOver;
    const free = await parts.holds.handOver(chunk, (open) => handOver(parts, lane, open));
    passedOver ||= free.length < chunk.length;
  }
}

/** As `feedLane`, those that order certificates: one by one, as there is room for them. */
async function feedOrders(
  parts: FeedParts,
  lane: string,
  issuance: NonNullable<FeedParts['issuance']>,
  rows: RowsByLane,
): Promise<boolean> {
  for (let passedOver = false; ; ) {
    const chunk = await rows.take(ordersOf(lane), 1);
    if (chunk.length === 0 || parts.stop.aborted) return passedOver;
    await issuance.room(lane, parts.stop);
    await parts.outstanding.below(Math.max(1, laneWindow(parts)), lane, parts.stop);
    if (parts.stop.aborted) return passedOver;
    const free = await parts.holds.handOver(chunk, (open) => handOver(parts, lane, open));
    passedOver ||= free.length < chunk.length;
  }
}

/** The rows of a lane that are handed over in their order. */
const streamOf = ({ issuance }: Pick<FeedParts, 'issuance'>, row: PlanRow, lane: string): string =>
  issuance?.streamOf(row, lane) ?? lane;

/** Rows that runs before this one may have sent, and of which nothing is recorded. Reads the plan only where there may be any. */
export async function rowsInDoubt(
  parts: Pick<FeedParts, 'planPath' | 'ledger' | 'waves' | 'issuance'>,
): Promise<number[]> {
  const rows: number[] = [];
  if (parts.ledger.past.fedUpTo.size === 0) return rows;
  for await (const { value: row } of readJsonLines<PlanRow>(parts.planPath)) {
    if (row.lane !== undefined && isInDoubt(parts, row.row, streamOf(parts, row, row.lane))) rows.push(row.row);
  }
  return rows;
}

/** Rows of later waves than the one that earlier runs came to were never handed over, however small their number. */
const isInDoubt = ({ ledger, waves }: Pick<FeedParts, 'ledger' | 'waves'>, row: number, stream: string): boolean =>
  waves.waveOf(row) <= ledger.past.wave && ledger.isInDoubt(row, stream);

async function handOver(parts: FeedParts, lane: string, rows: PlanRow[]): Promise<void> {
  const { ledger, client, outstanding, limits, stop } = parts;
  const last = rows.at(-1);
  if (last === undefined) return;
  // What an earlier run left in the lane goes on meanwhile: rows may have been done since they were read from the plan.
  const open = rows.filter(({ row }) => ledger.outcomeOf(row) === undefined);
  const jobs = open.flatMap((row) => jobOf(parts, row, lane) ?? []);
  const begun = jobs.slice(0, limits.room(outstanding.size));
  const over = new Set(jobs.slice(begun.length).map(({ row }) => row));
  const stream = streamOf(parts, last, lane);
  for (const { row } of begun) {
    if (stream !== lane) await parts.issuance?.begun(row, lane);
    outstanding.add(row, lane);
  }
  await ledger.recordOutcomes(
    open.flatMap((row) => (over.has(row.row) ? (decidedOutcome(carriedOver(row)) ?? []) : [])),
  );
  if (begun.length === 0) return;
  await ledger.record({ type: 'fed', lane: stream, up_to: last.row });
  if (!stop.aborted) return client.feed(lane, begun);
  for (const { row } of begun) outstanding.remove(row);
}

/** Most rows that are in one lane at a time. */
const laneWindow = ({ window, lanes }: Pick<FeedParts, 'window' | 'lanes'>): number =>
  Math.floor(window() / lanes.length);

/** A row that an earlier run may have sent is read before it is sent. */
function jobOf(parts: FeedParts, row: PlanRow, lane: string) {
  const { batch, takenInDoubt, freshUntil, overwriteDrift } = parts;
  const { zone_id, custom_hostname_id: id, hostname, body, before } = row;
  if (zone_id === undefined || id === undefined || hostname === undefined || body === undefined) return undefined;
  const paths = row.decision === 'recheck' ? [] : changedPaths(before ?? {}, body);
  const in_doubt = takenInDoubt.has(row.row) || isInDoubt(parts, row.row, streamOf(parts, row, lane));
  const key = rowKey(row.row);
  const upload = {
    ...(row.bundle === undefined || body.ssl === undefined ? {} : { bundle: row.bundle.id }),
    ...(row.pack === undefined ? {} : { pack: row.pack }),
  };
  const of = { kind: 'row', batch, key, row: row.row, zone_id, id, hostname, body, paths, ...upload } as const;
  const step = in_doubt ? 'read' : 'edit';
  return newLaneJob({ ...of, step, in_doubt, ...plannedOf(row, overwriteDrift), fresh_until: freshUntil }) as RowJob;
}

/** What it takes to lay the row's change over a newer reading; plans of earlier versions do not have it. */
function plannedOf(
  { change, body, before = {}, source, pack }: PlanRow,
  overwriteDrift: boolean,
): { planned?: Planned } {
  if (change === undefined) return {};
  const choosesAuthority = (body?.ssl as JsonObject | undefined)?.certificate_authority !== undefined;
  const untyped = Array.isArray(source);
  return { planned: { change, before, untyped, inPack: pack !== undefined, choosesAuthority, overwriteDrift } };
}

function decidedOutcome({
  row,
  decision,
  code,
  message,
  bundle,
  status,
  ssl_status,
}: PlanRow): OutcomeEvent | undefined {
  if (decision !== 'skip' && decision !== 'reject') return undefined;
  return {
    type: 'outcome',
    row,
    outcome: decision === 'skip' ? 'skipped' : 'rejected',
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(status === undefined ? {} : { status }),
    ...(ssl_status === undefined ? {} : { ssl_status }),
    ...(decision === 'skip' && bundle !== undefined && status !== undefined
      ? { certificate: verdictOfSkipped(code, settlementOf(status, ssl_status)) }
      : {}),
  };
}
