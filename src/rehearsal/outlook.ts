import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import { batchPaths } from '../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { settlementOf } from '../hostname/settlement.ts';
import type { Clock } from '../sandbox/clock.ts';
import type { Control } from '../sandbox/control.ts';
import type { WireHostname } from '../sandbox/wire-hostname.ts';
import { type CustomHostnameId, HOUR } from '../terms.ts';
import { ACTIONS, type Action, type FailingRow, type Rehearsal, type Settled, type WaitingRow } from './rehearsal.ts';
import { isActive } from './state-watch.ts';

/** How long after the batch a hostname may still become active by itself; ownership checks end after seven days. */
const LATER_MS = [HOUR, 24 * HOUR, 8 * 24 * HOUR];

export type Outlook = Pick<Rehearsal, 'settled' | 'settled_if_all_act' | 'customers_to_act'> & {
  failing: FailingRow[];
};

type Edited = Omit<WaitingRow, 'action'> & { id: CustomHostnameId };
type World = Pick<Control, 'statuses' | 'hostname'>;

/** A world in which some rows are not active yet. */
interface Ahead {
  world: World;
  open: Edited[];
  settled: Settled;
}

/**
 * What becomes of the rows of a batch that has run against `world`, and against `ifAllAct` where all customers act. Their
 * `clock` is moved on by eight days to see which hostnames become active without anybody's further doing.
 */
export async function outlookOf(fold: BatchFold, clock: Clock, world: World, ifAllAct?: World): Promise<Outlook> {
  const failing: FailingRow[] = [];
  const edited: Edited[] = [];
  for await (const { value } of readJsonLines<PlanRow>(batchPaths(fold.folder).plan)) {
    const outcome = fold.rows.outcomeOf(value.row);
    if (outcome === 'rejected' || outcome === 'failed' || outcome === 'gave_up') {
      const { row, hostname = null } = value;
      failing.push({ row, hostname, outcome, code: fold.rows.code.at(row) ?? value.code ?? null });
    }
    if (outcome === 'edited') edited.push(...editedRow(value));
  }
  const ahead = begin(world, edited);
  const best = ifAllAct && begin(ifAllAct, edited);
  const actions = new Map(ahead.open.map(({ row, id }) => [row, actionFor(world.hostname(id))]));
  let passed = 0;
  for (const within of LATER_MS) {
    clock.advance(within - passed);
    passed = within;
    goOn(ahead, within);
    if (best !== undefined) goOn(best, within);
  }
  const waiting = ahead.open.map(({ id: _, ...row }) => ({ ...row, action: actions.get(row.row) ?? 'point_hostname' }));
  return {
    failing,
    settled: ahead.settled,
    settled_if_all_act: best?.settled ?? null,
    customers_to_act: toAct(waiting),
  };
}

function begin(world: World, edited: readonly Edited[]): Ahead {
  const open = edited.filter(({ id }) => !isActive(world.statuses(id)));
  const settled = { active: edited.length - open.length, active_later: [], needs_customers: open.length };
  return { world, open, settled };
}

function goOn(ahead: Ahead, within: number): void {
  const left = ahead.open.filter(({ id }) => !isActive(ahead.world.statuses(id)));
  ahead.settled.active_later.push({ within_ms: within, rows: ahead.open.length - left.length });
  ahead.settled.needs_customers = left.length;
  ahead.open = left;
}

function editedRow({ row, hostname, custom_hostname_id: id, status, ssl_status }: PlanRow): Edited[] {
  if (hostname === undefined || id === undefined || status === undefined) return [];
  return [{ row, id, hostname, active_before: settlementOf(status, ssl_status) === 'active' }];
}

/** What the customer of a hostname that is not active would have to do, by where it stands. */
function actionFor(shown: WireHostname | undefined): Action {
  if (shown?.status === 'blocked') return 'release_hold';
  if (shown === undefined || !shown.status.startsWith('active')) return 'point_hostname';
  if ((shown.ssl?.validation_errors ?? []).length > 0) return 'fix_validation';
  return shown.ssl?.method === 'txt' ? 'publish_txt' : 'publish_http';
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
