import { readBatchFile } from '../../batch/ledger/batch-file.ts';
import type { BatchFolder } from '../../batch/ledger/batch-folder.ts';
import { LedgerFold, readingOf } from '../../batch/ledger/ledger-fold.ts';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import { linesOf, readLedger } from '../../batch/ledger/read-ledger.ts';
import { type RowReading, RowTable } from '../../batch/ledger/row-table.ts';
import { SpanColumn } from '../../disk/indexed-lines.ts';
import type { Deadlines } from '../../hostname/deadlines.ts';
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
export async function readHistory(history: StateHistory, folder: BatchFolder, batch: number): Promise<void> {
  const { manifest, created_at } = await readBatchFile(folder.path);
  const planned: PlannedRows = {
    numbers: new Uint32Array(manifest.rows + 1),
    spans: new SpanColumn(),
    restarting: new Uint8Array(manifest.rows + 1),
  };
  const see = (row: number, reading: RowReading, at: number, restarted: boolean) => {
    const number = (planned.numbers[row] ?? 0) - 1;
    const span = planned.spans.at(row);
    if (number < 0 || span === undefined) return;
    const { settlement, phase, deadlines } = reading;
    history.see(number, { at, settlement, phase, deadline: nearest(deadlines), restarted, place: { batch, span } });
  };
  for await (const { value, offset, length } of linesOf<PlanRow>(folder.plan)) {
    const { row, custom_hostname_id: id, zone_id, status, ssl_status, body } = value;
    if (id === undefined || status === undefined) continue;
    planned.numbers[row] = history.numberOf(`${zone_id}/${id}`) + 1;
    planned.spans.set(row, { offset, length });
    planned.restarting[row] = body?.ssl === undefined ? 0 : 1;
    see(row, readingOf({ status, ssl_status }), Date.parse(created_at), false);
  }
  const heard = (row: number, reading: RowReading, at: string) =>
    see(row, reading, Date.parse(at), planned.restarting[row] === 1);
  await readLedger(folder.ledger, new LedgerFold(new RowTable(manifest.rows), heard));
}

function nearest(deadlines: Deadlines): Reading['deadline'] {
  const all = DEADLINE_KINDS.flatMap((kind) => {
    const instant = deadlines[kind];
    return instant === undefined ? [] : [{ at: Date.parse(instant.at), kind, estimate: instant.estimate }];
  });
  return all.sort((a, b) => a.at - b.at)[0];
}
