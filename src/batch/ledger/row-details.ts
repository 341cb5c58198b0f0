import { SpanReader } from '../../disk/indexed-lines.ts';
import type { BatchFold } from './batch-fold.ts';
import { batchPaths } from './batch-folder.ts';
import type { OutcomeEvent, SettledRow } from './ledger-event.ts';
import type { PlanRow } from './plan-row.ts';
import type { RowRecords } from './row-records.ts';

/** Reads back, row by row, what the fold only remembers the place of. Rows asked for in their order are read fastest. */
export class RowDetails {
  readonly #rows: RowRecords;
  readonly #plan: SpanReader;
  // Two windows on one file: outcomes and settled entries lie far apart.
  readonly #outcomes: SpanReader;
  readonly #settled: SpanReader;

  constructor({ rows, folder }: BatchFold) {
    const { plan, ledger } = batchPaths(folder);
    this.#rows = rows;
    this.#plan = new SpanReader(plan);
    this.#outcomes = new SpanReader(ledger);
    this.#settled = new SpanReader(ledger);
  }

  planned(row: number): Promise<PlanRow> {
    const span = this.#rows.planned.at(row);
    if (span === undefined) throw new RangeError(`the plan has no row ${row}`);
    return this.#plan.json<PlanRow>(span);
  }

  /** Undefined where the ledger has no outcome of the row; the plan may still have decided it. */
  async decided(row: number): Promise<OutcomeEvent | undefined> {
    const span = this.#rows.decided.at(row);
    return span && this.#outcomes.json<OutcomeEvent>(span);
  }

  async settled(row: number): Promise<SettledRow | undefined> {
    const span = this.#rows.settledAt.at(row);
    return span && this.#settled.json<SettledRow>(span);
  }

  async close(): Promise<void> {
    await Promise.all([this.#plan.close(), this.#outcomes.close(), this.#settled.close()]);
  }
}

/** Lets `use` read back rows of a batch, and closes its files. */
export async function withDetails<T>(fold: BatchFold, use: (details: RowDetails) => Promise<T>): Promise<T> {
  const details = new RowDetails(fold);
  return use(details).finally(() => details.close());
}
