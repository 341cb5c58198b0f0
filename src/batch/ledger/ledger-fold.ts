import { join } from 'node:path';
import type { Span } from '../../disk/indexed-lines.ts';
import { SpanReader } from '../../disk/indexed-lines.ts';
import { type JsonLine, readJsonLines } from '../../disk/json-lines.ts';
import { firstDeadline } from '../../hostname/deadlines.ts';
import { phaseOf } from '../../hostname/phase.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import type { CallCounts } from '../../terms.ts';
import { BatchClock } from './batch-clock.ts';
import type { BatchFile } from './batch-file.ts';
import { elementSpans } from './element-spans.ts';
import type { LedgerEvent, OutcomeEvent } from './ledger-event.ts';
import type { PlanRow } from './plan-row.ts';
import { damaged, readBatchFile } from './read-batch-file.ts';
import { RowTable } from './row-table.ts';

type EventOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>;

/** A batch as its files tell it at one moment. */
export interface LedgerFold {
  folder: string;
  batch: BatchFile;
  rows: RowTable;
  /** All calls the ledger knows of; those of ignored duplicates do not count, they are the same calls told twice. */
  calls: CallCounts;
  clock: BatchClock;
  cooling: EventOf<'cooling'>[];
  /** The last stop, unless the batch went on after it. */
  stopped: EventOf<'stopped'> | undefined;
  finished: EventOf<'finished'> | undefined;
  /** Outcomes of rows that already had one. The first counts. */
  duplicateOutcomes: number;
}

export const planPath = (folder: string): string => join(folder, 'plan.jsonl');
export const ledgerPath = (folder: string): string => join(folder, 'ledger.jsonl');

/**
 * Reads a batch folder in one pass over `plan.jsonl` and one over `ledger.jsonl`, also while the batch is running and
 * before it has a ledger. A row the plan skips or rejects has that outcome from the start. Throws `BATCH_NOT_FOUND`,
 * and `BATCH_DAMAGED` where a file says what hostroll never writes; a torn last line of the ledger is no damage.
 */
export async function foldLedger(folder: string): Promise<LedgerFold> {
  const batch = await readBatchFile(folder);
  const rows = new RowTable(batch.manifest.rows);
  await foldPlan(planPath(folder), rows);
  const fold: LedgerFold = {
    folder,
    batch,
    rows,
    calls: { list: 0, read: 0, edit: 0 },
    clock: new BatchClock(),
    cooling: [],
    stopped: undefined,
    finished: undefined,
    duplicateOutcomes: 0,
  };
  await foldEvents(ledgerPath(folder), fold);
  return fold;
}

async function foldPlan(path: string, rows: RowTable): Promise<void> {
  let read = 0;
  for await (const { value, offset, length } of linesOf<PlanRow>(path)) {
    read += 1;
    if (value.row !== read || !rows.has(read)) throw damaged(path, `row ${value.row} where row ${read} was expected`);
    rows.planned.set(read, { offset, length });
    if (value.decision === 'skip' || value.decision === 'reject') {
      rows.setOutcome(read, value.decision === 'skip' ? 'skipped' : 'rejected');
      rows.code.set(read, value.code);
    }
    setStatus(rows, read, value);
  }
  if (read !== rows.rows) throw damaged(path, `${read} rows where batch.json counts ${rows.rows}`);
}

async function foldEvents(path: string, fold: LedgerFold): Promise<void> {
  const reader = new SpanReader(path);
  try {
    for await (const line of linesOf<LedgerEvent>(path)) {
      const event = line.value;
      fold.clock.see(event);
      switch (event.type) {
        case 'started':
          fold.stopped = undefined;
          fold.finished = undefined;
          break;
        case 'outcome':
          foldOutcome(path, fold, event, line);
          break;
        case 'calls':
          addCalls(fold.calls, event.calls);
          break;
        case 'cooling':
          fold.cooling.push(event);
          break;
        case 'settled':
          foldSettled(path, fold.rows, event, line.offset, elementSpans(await reader.read(line)));
          break;
        case 'stopped':
          fold.stopped = event;
          break;
        case 'finished':
          fold.stopped = undefined;
          fold.finished = event;
          break;
        default:
          // Types of later versions, and those that say nothing about rows.
          break;
      }
    }
  } catch (error) {
    // A batch that was planned and never started has no ledger.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await reader.close();
  }
}

function foldOutcome(path: string, fold: LedgerFold, event: OutcomeEvent, place: Span): void {
  const { rows } = fold;
  if (!rows.has(event.row)) throw damaged(path, `outcome of row ${event.row}, which the plan does not have`);
  if (rows.decided.has(event.row)) {
    fold.duplicateOutcomes += 1;
    return;
  }
  rows.decided.set(event.row, place);
  rows.setOutcome(event.row, event.outcome);
  rows.code.set(event.row, event.code);
  if (event.calls !== undefined) addCalls(fold.calls, event.calls);
  // What settling has read is newer than the answer to the edit, whichever line came first.
  if (rows.settled.has(event.row)) return;
  setStatus(rows, event.row, event);
  rows.setNotShown(event.row, (event.not_shown ?? []).length > 0);
}

function foldSettled(path: string, rows: RowTable, event: EventOf<'settled'>, start: number, spans: Span[]): void {
  for (const [at, entry] of event.rows.entries()) {
    const span = spans[at];
    if (span === undefined || !rows.has(entry.row)) {
      throw damaged(path, `settled row ${entry.row}, which the plan does not have`);
    }
    rows.settled.set(entry.row, { offset: start + span.offset, length: span.length });
    rows.setState(entry.row, {
      settlement: entry.settlement,
      phase: entry.phase ?? phaseOf(entry.status, entry.ssl_status, entry.errors ?? []),
      status: entry.status,
      sslStatus: entry.ssl_status,
      deadline: firstDeadline(entry.deadlines ?? {}),
    });
    rows.setNotShown(entry.row, (entry.not_shown ?? []).length > 0);
  }
}

function setStatus(rows: RowTable, row: number, read: { status?: string; ssl_status?: string }): void {
  if (read.status === undefined) return;
  const { status, ssl_status: sslStatus } = read;
  rows.setState(row, {
    settlement: settlementOf(status, sslStatus),
    phase: phaseOf(status, sslStatus, []),
    status,
    sslStatus,
  });
}

function addCalls(sum: CallCounts, calls: Partial<CallCounts>): void {
  sum.list += calls.list ?? 0;
  sum.read += calls.read ?? 0;
  sum.edit += calls.edit ?? 0;
}

/** As `readJsonLines`, with a line that is not JSON reported as damage at its place. */
export async function* linesOf<T>(path: string): AsyncGenerator<JsonLine<T>> {
  let end = 0;
  try {
    for await (const line of readJsonLines<T>(path)) {
      end = line.offset + line.length;
      yield line;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path, `the line after byte ${end} is not JSON`, error);
    throw error;
  }
}
