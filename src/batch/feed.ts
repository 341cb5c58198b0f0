import { readJsonLines } from '../disk/json-lines.ts';
import { changedPaths } from '../hostname/compare.ts';
import { newLaneJob, type RowJob, rowKey } from '../lane/lane-job.ts';
import type { BatchId } from '../terms.ts';
import type { LaneClient } from './lane-client.ts';
import type { Ledger } from './ledger.ts';
import type { OutcomeEvent } from './ledger-event.ts';
import type { Outstanding } from './outstanding.ts';
import type { PlanRow } from './plan-row.ts';

export interface FeedParts {
  batch: BatchId;
  planPath: string;
  ledger: Ledger;
  lane: LaneClient;
  outstanding: Outstanding;
  /** Most rows that are in the queue at a time: bounds its memory, and how long a retried row waits behind others. */
  window: number;
  stop: AbortSignal;
}

/** Rows handed over at a time. */
const CHUNK = 100;

/**
 * Walks the plan in order. Rows that the plan itself decides get their outcome; the others go to the lane, never more
 * than a window ahead. Before any row can be sent, the ledger says that it may have been. Resolves when every row is fed,
 * or the run stops.
 */
export async function feed(parts: FeedParts): Promise<void> {
  const { ledger, planPath, stop } = parts;
  let chunk: PlanRow[] = [];
  for await (const { value: row } of readJsonLines<PlanRow>(planPath)) {
    if (stop.aborted) return;
    if (ledger.outcomeOf(row.row) !== undefined) continue;
    chunk.push(row);
    if (chunk.length === CHUNK) {
      await handOver(parts, chunk);
      chunk = [];
    }
  }
  if (chunk.length > 0) await handOver(parts, chunk);
}

async function handOver({ batch, ledger, lane, outstanding, window, stop }: FeedParts, rows: PlanRow[]): Promise<void> {
  const last = rows.at(-1);
  if (last === undefined) return;
  const jobs = rows.flatMap((row) => jobOf(batch, row, ledger) ?? []);
  await outstanding.below(Math.max(1, window - jobs.length + 1));
  if (stop.aborted) return;
  await ledger.recordOutcomes(rows.flatMap((row) => decidedOutcome(row) ?? []));
  if (jobs.length === 0) return;
  await ledger.record({ type: 'fed', up_to: last.row });
  for (const { row } of jobs) outstanding.add(row);
  await lane.feed(jobs);
}

/** A row that an earlier run may have sent is read before it is sent. */
function jobOf(batch: BatchId, row: PlanRow, { past }: Ledger): RowJob | undefined {
  const { zone_id, custom_hostname_id: id, hostname, body, before } = row;
  if (zone_id === undefined || id === undefined || hostname === undefined || body === undefined) return undefined;
  const inDoubt = row.row <= past.fedUpTo && (past.inDoubt === undefined || past.inDoubt.has(row.row));
  const paths = row.decision === 'recheck' ? [] : changedPaths(before ?? {}, body);
  const step = inDoubt ? 'read' : 'edit';
  const key = rowKey(row.row);
  return newLaneJob({ kind: 'row', batch, key, row: row.row, zone_id, id, hostname, body, paths, step }) as RowJob;
}

function decidedOutcome({ row, decision, code, message, status, ssl_status }: PlanRow): OutcomeEvent | undefined {
  if (decision !== 'skip' && decision !== 'reject') return undefined;
  return {
    type: 'outcome',
    row,
    outcome: decision === 'skip' ? 'skipped' : 'rejected',
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(status === undefined ? {} : { status }),
    ...(ssl_status === undefined ? {} : { ssl_status }),
  };
}
