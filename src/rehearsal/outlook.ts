import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import { batchPaths } from '../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { settlementOf } from '../hostname/settlement.ts';
import type { Sandbox } from '../sandbox/start-sandbox.ts';
import type { WireHostname } from '../sandbox/wire-hostname.ts';
import { type CustomHostnameId, HOUR } from '../terms.ts';
import { ACTIONS, type Action, type FailingRow, type Rehearsal, type Settled, type WaitingRow } from './rehearsal.ts';

/** How long after the batch a hostname may still become active by itself; ownership checks end after seven days. */
const LATER_MS = [HOUR, 24 * HOUR, 8 * 24 * HOUR];

export type Outlook = Pick<Rehearsal, 'settled' | 'customers_to_act'> & { failing: FailingRow[] };

type Edited = Omit<WaitingRow, 'action'> & { id: CustomHostnameId };

/**
 * What becomes of the rows of a batch that has run against `sandbox`, whose clock is moved on by eight days to see which
 * hostnames become active without anybody's doing.
 */
export async function outlookOf(fold: BatchFold, sandbox: Sandbox): Promise<Outlook> {
  const failing: FailingRow[] = [];
  const settled: Settled = { active: 0, active_later: [], needs_customers: 0 };
  let open: WaitingRow[] = [];
  const ids = new Map<number, CustomHostnameId>();
  for await (const { value } of readJsonLines<PlanRow>(batchPaths(fold.folder).plan)) {
    const outcome = fold.rows.outcomeOf(value.row);
    if (outcome === 'rejected' || outcome === 'failed' || outcome === 'gave_up') {
      const { row, hostname = null } = value;
      failing.push({ row, hostname, outcome, code: fold.rows.code.at(row) ?? value.code ?? null });
    }
    const edited = outcome === 'edited' ? editedRow(value) : undefined;
    if (edited === undefined) continue;
    const { id, ...row } = edited;
    const shown = sandbox.hostname(id);
    if (shown !== undefined && isActive(sandbox, id)) settled.active += 1;
    else {
      ids.set(row.row, id);
      open.push({ ...row, action: shown === undefined ? 'point_hostname' : actionFor(shown) });
    }
  }
  let passed = 0;
  for (const within of LATER_MS) {
    sandbox.clock.advance(within - passed);
    passed = within;
    const left = open.filter(({ row }) => !isActive(sandbox, ids.get(row) ?? ''));
    settled.active_later.push({ within_ms: within, rows: open.length - left.length });
    open = left;
  }
  settled.needs_customers = open.length;
  return { failing, settled, customers_to_act: toAct(open) };
}

function editedRow({ row, hostname, custom_hostname_id: id, status, ssl_status }: PlanRow): Edited | undefined {
  if (hostname === undefined || id === undefined || status === undefined) return undefined;
  return { row, id, hostname, active_before: settlementOf(status, ssl_status) === 'active' };
}

function isActive(sandbox: Sandbox, id: string): boolean {
  const seen = sandbox.statuses(id);
  return seen !== undefined && settlementOf(seen.status, seen.ssl_status) === 'active';
}

/** What the customer of a hostname that is not active would have to do, by where it stands. */
function actionFor({ status, ssl }: WireHostname): Action {
  if (status === 'blocked') return 'release_hold';
  if (!status.startsWith('active')) return 'point_hostname';
  if ((ssl?.validation_errors ?? []).length > 0) return 'mend_validation';
  return ssl?.method === 'txt' ? 'publish_txt' : 'publish_http';
}

function toAct(rows: WaitingRow[]): Rehearsal['customers_to_act'] {
  const counts = ACTIONS.map((action) => ({ action, rows: rows.filter((row) => row.action === action).length }));
  return {
    rows: rows.length,
    active_before: rows.filter(({ active_before }) => active_before).length,
    by_action: counts.filter((count) => count.rows > 0).sort((a, b) => b.rows - a.rows),
    hostnames: rows,
  };
}
