import { SpanReader } from '../../disk/indexed-lines.ts';
import type { OutcomeEvent, SettledRow } from './ledger-event.ts';
import { type LedgerFold, ledgerPath, planPath } from './ledger-fold.ts';
import type { PlanRow } from './plan-row.ts';
import type { RowTable } from './row-table.ts';

/** Reads back, row by row, what the fold only remembers the place of. Rows asked for in their order are read fastest. */
export class RowDetails {
  readonly #rows: RowTable;
  readonly #plan: SpanReader;
  // Two windows on one file: outcomes and settled entries lie far apart.
  readonly #outcomes: SpanReader;
  readonly #settled: SpanReader;

  constructor(fold: LedgerFold) {
    this.#rows = fold.rows;
    this.#plan = new SpanReader(planPath(fold.folder));
    this.#outcomes = new SpanReader(ledgerPath(fold.folder));
    this.#settled = new SpanReader(ledgerPath(fold.folder));
  }

  async planned(row: number): Promise<PlanRow> {
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
    const span = this.#rows.settled.at(row);
    return span && this.#settled.json<SettledRow>(span);
  }

  async close(): Promise<void> {
    await Promise.all([this.#plan.close(), this.#outcomes.close(), this.#settled.close()]);
  }
}
