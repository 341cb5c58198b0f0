import { SpanColumn } from '../../disk/indexed-lines.ts';
import { HOSTNAME_PHASES, type HostnamePhase } from '../../hostname/phase.ts';
import { OUTCOMES, type Outcome, SECOND, SETTLEMENTS, type Settlement } from '../../terms.ts';
import { TextColumn, TextTable } from './text-column.ts';

/** What a reading of a row's hostname told. */
export interface RowState {
  settlement: Settlement;
  phase: HostnamePhase;
  status: string;
  sslStatus: string | undefined;
  /** See `RowTable.deadlineOf`. */
  deadline?: number | undefined;
}

const UNPROCESSED = OUTCOMES.indexOf('unprocessed');

/**
 * What a report keeps of every row: numbers in typed arrays, about 55 bytes a row and no object, so that a million rows
 * stay small. Everything else is read back from the files by its span. Rows are counted from 1, as in the manifest.
 */
export class RowTable {
  readonly rows: number;
  /** Where the row's line stands in `plan.jsonl`, its outcome in `ledger.jsonl`, and its latest settled entry there. */
  readonly planned: SpanColumn;
  readonly decided: SpanColumn;
  readonly settled: SpanColumn;
  /** The code of the outcome, and the two statuses as read last. */
  readonly code: TextColumn;
  readonly status: TextColumn;
  readonly sslStatus: TextColumn;
  readonly #outcomes: Uint8Array;
  /** 0 while unknown, else 1 + the place in `SETTLEMENTS`, and above these two bits the place in `HOSTNAME_PHASES`. */
  readonly #states: Uint8Array;
  /** The first thing that is too late, in seconds since the epoch; 0 for none. */
  readonly #deadlines: Uint32Array;
  readonly #notShown: Uint8Array;

  constructor(rows: number) {
    this.rows = rows;
    this.planned = new SpanColumn(rows);
    this.decided = new SpanColumn(rows);
    this.settled = new SpanColumn(rows);
    // Statuses and codes are few, whatever the number of rows: all columns share their texts.
    const texts = new TextTable();
    this.code = new TextColumn(rows, texts);
    this.status = new TextColumn(rows, texts);
    this.sslStatus = new TextColumn(rows, texts);
    this.#outcomes = new Uint8Array(rows + 1).fill(UNPROCESSED);
    this.#states = new Uint8Array(rows + 1);
    this.#deadlines = new Uint32Array(rows + 1);
    this.#notShown = new Uint8Array(rows + 1);
  }

  /** Bytes of all columns together: what the table costs, whatever the rows say. */
  get bytes(): number {
    const columns = [this.planned, this.decided, this.settled, this.code, this.status, this.sslStatus];
    const own = [this.#outcomes, this.#states, this.#deadlines, this.#notShown];
    return (
      columns.reduce((sum, column) => sum + column.bytes, 0) + own.reduce((sum, column) => sum + column.byteLength, 0)
    );
  }

  has(row: number): boolean {
    return Number.isInteger(row) && row >= 1 && row <= this.rows;
  }

  outcomeOf(row: number): Outcome {
    return OUTCOMES[this.#outcomes[row] ?? UNPROCESSED] ?? 'unprocessed';
  }

  setOutcome(row: number, outcome: Outcome): void {
    this.#outcomes[row] = OUTCOMES.indexOf(outcome);
  }

  /** Where the hostname stood when it was read last; undefined where no state of it is known. */
  settlementOf(row: number): Settlement | undefined {
    return SETTLEMENTS[((this.#states[row] ?? 0) & 3) - 1];
  }

  /** How far the hostname is; undefined where no state of it is known. */
  phaseOf(row: number): HostnamePhase | undefined {
    const state = this.#states[row] ?? 0;
    return state === 0 ? undefined : HOSTNAME_PHASES[state >> 2];
  }

  /** When the tokens die or the hostname is lost, whichever comes first, in milliseconds since the epoch. */
  deadlineOf(row: number): number | undefined {
    const seconds = this.#deadlines[row] ?? 0;
    return seconds === 0 ? undefined : seconds * SECOND;
  }

  setState(row: number, { settlement, phase, status, sslStatus, deadline }: RowState): void {
    this.#states[row] = (HOSTNAME_PHASES.indexOf(phase) << 2) | (SETTLEMENTS.indexOf(settlement) + 1);
    this.#deadlines[row] = deadline === undefined ? 0 : Math.floor(deadline / SECOND);
    this.status.set(row, status);
    this.sslStatus.set(row, sslStatus);
  }

  /** Whether the API, when it was read last, did not show what it had accepted. */
  notShown(row: number): boolean {
    return this.#notShown[row] === 1;
  }

  setNotShown(row: number, notShown: boolean): void {
    this.#notShown[row] = notShown ? 1 : 0;
  }

  /** Whether the hostname now holds what its row asks for: its state counts, and it may have records to publish. */
  holds(row: number): boolean {
    const outcome = this.outcomeOf(row);
    return outcome === 'edited' || outcome === 'skipped';
  }

  /** Whether the row holds, and the hostname's state is known and not active. */
  waits(row: number): boolean {
    const settlement = this.settlementOf(row);
    return this.holds(row) && settlement !== undefined && settlement !== 'active';
  }
}
