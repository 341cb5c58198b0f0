import type { BatchFile } from '../../batch/ledger/batch-file.ts';
import type { LedgerEvent, SettledRow } from '../../batch/ledger/ledger-event.ts';
import { ledgerPath, linesOf, planPath } from '../../batch/ledger/ledger-fold.ts';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import { readBatchFile } from '../../batch/ledger/read-batch-file.ts';
import { SpanColumn } from '../../disk/indexed-lines.ts';
import type { Deadlines } from '../../hostname/deadlines.ts';
import { phaseOf } from '../../hostname/phase.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import { DEADLINE_KINDS, type Reading, type StateHistory } from './state-history.ts';

/** What the plan says of each of its rows. */
interface PlannedRows {
  /** 1 + the hostname's number in the history; 0 where the row names none. */
  numbers: Uint32Array;
  spans: SpanColumn;
  /** 1 where the row's edit restarts validation. */
  restarting: Uint8Array;
}

/**
 * Adds what one batch has read of its hostnames to `history`: when it was planned, in the answers to its edits, and in
 * settling. `batch` is the number under which the history knows it. Throws `BATCH_NOT_FOUND` and `BATCH_DAMAGED`.
 */
export async function readHistory(history: StateHistory, folder: string, batch: number): Promise<void> {
  const file = await readBatchFile(folder);
  const planned = await readPlan(history, folder, file, batch);
  const see = (row: number, reading: Omit<Reading, 'place' | 'restarted'>) => {
    const number = (planned.numbers[row] ?? 0) - 1;
    const span = planned.spans.at(row);
    if (number < 0 || span === undefined) return;
    history.see(number, { ...reading, restarted: planned.restarting[row] === 1, place: { batch, span } });
  };
  try {
    for await (const { value } of linesOf<LedgerEvent>(ledgerPath(folder))) {
      const at = Date.parse(value.at);
      if (value.type === 'outcome' && value.status !== undefined)
        see(value.row, { at, ...stateOf(value.status, value.ssl_status) });
      else if (value.type === 'settled') for (const row of value.rows) see(row.row, { at, ...settledState(row) });
    }
  } catch (error) {
    // A batch that was planned and never started has no ledger.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function readPlan(
  history: StateHistory,
  folder: string,
  { manifest, created_at }: BatchFile,
  batch: number,
): Promise<PlannedRows> {
  const planned: PlannedRows = {
    numbers: new Uint32Array(manifest.rows + 1),
    spans: new SpanColumn(manifest.rows),
    restarting: new Uint8Array(manifest.rows + 1),
  };
  const at = Date.parse(created_at);
  for await (const { value, offset, length } of linesOf<PlanRow>(planPath(folder))) {
    const { row, custom_hostname_id: id, zone_id, status, ssl_status, body } = value;
    if (id === undefined || status === undefined) continue;
    const number = history.numberOf(`${zone_id}/${id}`);
    planned.numbers[row] = number + 1;
    planned.spans.set(row, { offset, length });
    planned.restarting[row] = body?.ssl === undefined ? 0 : 1;
    const place = { batch, span: { offset, length } };
    history.see(number, { at, ...stateOf(status, ssl_status), restarted: false, place });
  }
  return planned;
}

const stateOf = (status: string, sslStatus: string | undefined): Pick<Reading, 'settlement' | 'phase'> => ({
  settlement: settlementOf(status, sslStatus),
  phase: phaseOf(status, sslStatus, []),
});

const settledState = (row: SettledRow): Pick<Reading, 'settlement' | 'phase' | 'deadline'> => ({
  settlement: row.settlement,
  phase: row.phase ?? phaseOf(row.status, row.ssl_status, row.errors ?? []),
  deadline: nearest(row.deadlines ?? {}),
});

function nearest(deadlines: Deadlines): Reading['deadline'] {
  const all = DEADLINE_KINDS.flatMap((kind) => {
    const instant = deadlines[kind];
    return instant === undefined ? [] : [{ at: Date.parse(instant.at), kind, estimate: instant.estimate }];
  });
  return all.sort((a, b) => a.at - b.at)[0];
}
