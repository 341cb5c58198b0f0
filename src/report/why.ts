import { type Hold, inForce } from '../batch/control/hold.ts';
import { type BatchFold, foldBatch } from '../batch/ledger/batch-fold.ts';
import { type BatchFolder, batchPaths, resumeCommand } from '../batch/ledger/batch-folder.ts';
import type { OutcomeEvent, SettledRow } from '../batch/ledger/ledger-event.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import type { IssuanceLimit } from '../batch/ledger/rollout.ts';
import { type RowDetails, withDetails } from '../batch/ledger/row-details.ts';
import { covers } from '../batch/run/holds.ts';
import { ordersOf } from '../batch/run/issuance.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { readView } from '../batch/view/read-view.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { changedPaths } from '../hostname/compare.ts';
import type { Deadlines } from '../hostname/deadlines.ts';
import { ordersCertificate } from '../hostname/effects.ts';
import { settlementOf } from '../hostname/settlement.ts';
import { HostrollError, type Json, type JsonObject } from '../terms.ts';

/** One reason why nothing more happens to a row now, as a clause, and when it ends; ISO 8601. */
interface Reason {
  reason: string;
  until: string | null;
}

/** Why a row is where it is: everything that it waits for, all at once, and what happened to it. */
export interface Why {
  row: number;
  hostname: string | null;
  custom_hostname_id: string | null;
  decision: PlanRow['decision'];
  /** Of the plan, where it decides the row. */
  code: string | null;
  message: string | null;
  waits: Reason[];
  /** Its final result, with calls and ray; null while it has none. */
  outcome: (Omit<OutcomeEvent, 'type' | 'row'> & { at: string | null }) | null;
  /** What the plan changes: values before, and as asked for. */
  changes: { path: string; before: Json; after: Json }[];
  /** Where the hostname stood when it was read last. */
  state: {
    status: string;
    ssl_status: string | null;
    settlement: string;
    errors: string[];
    deadlines: Deadlines;
  } | null;
}

/**
 * Tells of the rows of a batch that `wanted` names: a row number, a hostname or the id of one. Reads files only. Throws
 * `ROW_UNKNOWN`, and as `foldBatch`.
 */
export async function whyRows(folder: BatchFolder, wanted: string, now: number): Promise<Why[]> {
  const fold = await foldBatch(folder.path);
  const view = await readView(folder, fold.batch);
  const isRunning = (await lockHolder(folder.lock)) !== undefined;
  const name = wanted.toLowerCase();
  const isWanted = ({ row, hostname, custom_hostname_id: id }: PlanRow) =>
    String(row) === name || hostname === name || id === name;
  /** Rows of each lane that go before. */
  const ahead = new Map<string, number>();
  /** Those of them that order certificates, as the wanted one does. */
  const found: { planned: PlanRow; before: number; orders: number }[] = [];
  for await (const { value: planned } of readJsonLines<PlanRow>(batchPaths(folder.path).plan)) {
    const { row, lane } = planned;
    const before = ahead.get(lane ?? '') ?? 0;
    const orders = ahead.get(ordersOf(lane ?? '')) ?? 0;
    if (isWanted(planned)) found.push({ planned, before, orders });
    if (lane === undefined || fold.rows.outcomeOf(row) !== 'unprocessed') continue;
    ahead.set(lane, before + 1);
    if (ordersCertificate(planned.effects)) ahead.set(ordersOf(lane), orders + 1);
  }
  if (found.length === 0) {
    const message = `Batch ${folder.batch} has no row "${wanted}": give its number, its hostname or the id of that.`;
    throw new HostrollError('ROW_UNKNOWN', message);
  }
  return withDetails(fold, (details) => {
    const parts = { fold, details, view, isRunning, folder, now };
    return Promise.all(found.map(({ planned, ...ahead }) => whyOf(planned, { ...parts, ...ahead })));
  });
}

/** Why one row is where it is; `before`: rows that go before it on its lane, of which `orders` order certificates. */
export async function whyOf(
  planned: PlanRow,
  parts: {
    fold: BatchFold;
    details: RowDetails;
    view: BatchView;
    isRunning: boolean;
    folder: BatchFolder;
    before: number;
    orders: number;
    now: number;
  },
): Promise<Why> {
  const { fold, details, now } = parts;
  const { row, decision, code, message, hostname, custom_hostname_id: id } = planned;
  const decided = await details.decided(row);
  const settled = await details.settled(row);
  const isOpen = fold.rows.outcomeOf(row) === 'unprocessed';
  const held = { holds: inForce(fold.control.holds, now), issuance: fold.batch.rollout?.issuance };
  return {
    ...{ row, hostname: hostname ?? null, custom_hostname_id: id ?? null, decision },
    ...{ code: code ?? null, message: message ?? null, waits: isOpen ? waitsOf(planned, { ...parts, ...held }) : [] },
    outcome: decided === undefined ? null : resultOf(decided),
    changes: changesOf(planned),
    state: settled === undefined ? stateIn(decided) : stateOf(settled),
  };
}

/** Everything that a row without outcome waits for: to clear one of them alone does not let it go on. */
function waitsOf(
  planned: PlanRow,
  parts: {
    view: BatchView;
    before: number;
    isRunning: boolean;
    folder: BatchFolder;
    holds: readonly Hold[];
    issuance: IssuanceLimit | null | undefined;
    orders: number;
  },
): Reason[] {
  const { view, before, isRunning, folder, holds } = parts;
  const { lane = '' } = planned;
  const { budget_per_second: perSecond = 1 } = view.lanes.find(({ name }) => name === lane) ?? {};
  const reasons: Reason[] = [];
  if (!isRunning) {
    const next = resumeCommand(folder.batch, folder.path);
    reasons.push({
      reason: `no process is at the batch, which is ${view.stage}: "${next}" goes on with it`,
      until: null,
    });
  }
  for (const { of, reason, until } of holds) {
    if (covers(of, planned, view.wave)) reasons.push({ reason: `held: ${reason}`, until: until ?? null });
  }
  for (const wait of view.waits) {
    if (!('lane' in wait) || wait.lane !== lane) continue;
    if (wait.what === 'cooling') reasons.push({ reason: `lane ${lane} cools: ${wait.reason}`, until: wait.until });
    if (wait.what === 'worker') reasons.push({ reason: `no worker is on lane ${lane}`, until: null });
    if (wait.what === 'retry') reasons.push({ reason: `lane ${lane} makes failed calls again`, until: wait.until });
  }
  if (parts.issuance && ordersCertificate(planned.effects)) {
    const { orders, window_seconds } = parts.issuance;
    const ms = Math.floor(parts.orders / orders) * window_seconds;
    reasons.push({
      reason: `it orders a certificate, as ${parts.orders} rows before it do: at ${orders} in ${window_seconds} s, ${ms} s or more`,
      until: null,
    });
  }
  const rows = before === 1 ? '1 row goes' : `${before} rows go`;
  const takes = Math.ceil(before / perSecond);
  reasons.push({
    reason:
      before === 0
        ? `it is next on lane ${lane}, or its call is being made`
        : `${rows} before it on lane ${lane}: at ${perSecond.toFixed(1)} calls a second, ${takes} s or more`,
    until: null,
  });
  return reasons;
}

function resultOf({ type: _type, row: _row, ...result }: OutcomeEvent & { at?: string }): Why['outcome'] {
  return { ...result, at: result.at ?? null };
}

function changesOf({ body, before = {} }: PlanRow): Why['changes'] {
  if (body === undefined) return [];
  return changedPaths(before, body).map((path) => ({
    path,
    before: valueAt(before, path),
    after: valueAt(body, path),
  }));
}

function valueAt(value: JsonObject, path: string): Json {
  let at: Json | undefined = value;
  for (const name of path.split('.'))
    at = typeof at === 'object' && at !== null && !Array.isArray(at) ? at[name] : undefined;
  return at ?? null;
}

/** As the answer to the edit had it, where nobody has read it since. */
function stateIn(decided: OutcomeEvent | undefined): Why['state'] {
  if (decided?.status === undefined) return null;
  const { status, ssl_status } = decided;
  return {
    status,
    ssl_status: ssl_status ?? null,
    settlement: settlementOf(status, ssl_status),
    errors: [],
    deadlines: {},
  };
}

const stateOf = ({ status, ssl_status, settlement, errors = [], deadlines = {} }: SettledRow): Why['state'] => ({
  ...{ status, ssl_status: ssl_status ?? null, settlement, errors, deadlines },
});
