import { type Span, SpanColumn } from '../../disk/indexed-lines.ts';
import { firstDeadline } from '../../hostname/deadlines.ts';
import { SECOND } from '../../terms.ts';
import type { OutcomeEvent } from './ledger-event.ts';
import { type RowReading, RowTable } from './row-table.ts';
import { TextColumn } from './text-column.ts';

/**
 * What somebody who lists rows keeps of each beside its state: about 60 bytes a row all together. Everything else is read
 * back from the files by its span.
 */
export class RowRecords extends RowTable {
  override readonly keepsPlaces: boolean = true;
  /** Where the row's line stands in `plan.jsonl`, its outcome in `ledger.jsonl`, and its latest settled entry there. */
  readonly planned = new SpanColumn();
  readonly decided = new SpanColumn();
  readonly settledAt = new SpanColumn();
  /** The two statuses as read last. */
  readonly status: TextColumn;
  readonly sslStatus: TextColumn;
  /** The first thing that is too late, in seconds since the epoch; 0 for none. */
  readonly #deadlines: Uint32Array;

  constructor(rows: number) {
    super(rows);
    this.status = new TextColumn(rows, this.texts);
    this.sslStatus = new TextColumn(rows, this.texts);
    this.#deadlines = new Uint32Array(rows + 1);
  }

  /** When the tokens die or the hostname is lost, whichever comes first, in milliseconds since the epoch. */
  deadlineOf(row: number): number | undefined {
    const seconds = this.#deadlines[row] ?? 0;
    return seconds === 0 ? undefined : seconds * SECOND;
  }

  override decide(event: OutcomeEvent, at: number, line?: Span): void {
    super.decide(event, at);
    if (line !== undefined) this.decided.set(event.row, line);
  }

  override read(row: number, reading: RowReading, again: boolean, entry?: Span): void {
    super.read(row, reading, again);
    const deadline = firstDeadline(reading.deadlines);
    this.#deadlines[row] = deadline === undefined ? 0 : Math.floor(deadline / SECOND);
    this.status.set(row, reading.status);
    this.sslStatus.set(row, reading.sslStatus);
    if (entry !== undefined) this.settledAt.set(row, entry);
  }
}
