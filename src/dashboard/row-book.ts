import { setTimeout as delay } from 'node:timers/promises';
import { type BatchFile, readBatchFile } from '../batch/ledger/batch-file.ts';
import { BatchFold, foldPlan } from '../batch/ledger/batch-fold.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { readLedger } from '../batch/ledger/read-ledger.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import { TextColumn, TextTable } from '../batch/ledger/text-column.ts';
import { kindOf } from '../batch/waves/row-kind.ts';
import { WHO_ACTS } from '../hostname/who-acts.ts';
import type { ListedRow } from '../report/html/page/values.ts';
import { NameColumn } from './name-column.ts';
import type { RowPage } from './page/values.ts';
import type { RowQuery } from './row-query.ts';

/** A page that is still being read is shown as far as it is. */
const PATIENCE_MS = 500;

/**
 * The rows of a batch for who searches them: about 100 bytes a row in memory, whatever they say, so that a million are
 * no burden. The plan is read behind the scenes; what is in answers at once. The ledger is read on as it grows.
 */
export class RowBook {
  readonly fold: BatchFold;
  readonly details: RowDetails;
  readonly #names: NameColumn;
  readonly #zone: TextColumn;
  readonly #ca: TextColumn;
  readonly #method: TextColumn;
  readonly #ledger: string;
  #reading: Promise<void>;
  #end = 0;
  #isRead = false;

  private constructor(folder: BatchFolder, file: BatchFile) {
    const { rows } = file.manifest;
    const texts = new TextTable();
    this.fold = new BatchFold(folder.path, file);
    this.details = new RowDetails(this.fold);
    this.#names = new NameColumn(rows);
    [this.#zone, this.#ca, this.#method] = [
      new TextColumn(rows, texts),
      new TextColumn(rows, texts),
      new TextColumn(rows, texts),
    ];
    this.#ledger = folder.ledger;
    this.#reading = foldPlan(folder.plan, this.fold.rows, (row) => this.#take(row)).then(() => this.#readLedger());
    // Told to who asks next.
    this.#reading.catch(() => {});
  }

  /** Throws `BATCH_NOT_FOUND` and `BATCH_DAMAGED`. */
  static async open(folder: BatchFolder): Promise<RowBook> {
    return new RowBook(folder, await readBatchFile(folder.path));
  }

  close(): Promise<void> {
    return this.details.close();
  }

  /** Takes in what was written meanwhile. Throws `BATCH_DAMAGED`. */
  async readOn(): Promise<void> {
    if (this.#names.rows < this.fold.rows.rows) return;
    // One after the other: of two that begin at the same byte, both would count what is there.
    this.#reading = this.#reading.then(() => this.#readLedger());
    await this.#reading;
  }

  /** Waits a moment for so many rows to be in, or all. Throws `BATCH_DAMAGED`. */
  async atLeast(rows: number): Promise<void> {
    const wanted = Math.min(rows, this.fold.rows.rows);
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#names.rows < wanted && Date.now() < deadline) await Promise.race([this.#reading, delay(10)]);
    if (!this.#isRead && wanted === this.fold.rows.rows) await Promise.race([this.#reading, delay(PATIENCE_MS)]);
  }

  find(query: RowQuery): RowPage {
    const matching = this.#matching(query);
    const rows = Array.from(matching.slice(query.offset, query.offset + query.limit), (row) => this.#listed(row));
    return {
      total: this.fold.rows.rows,
      loaded: this.#names.rows,
      is_read: this.#isRead,
      matched: matching.length,
      rows,
    };
  }

  #take(planned: PlanRow): void {
    const { row, hostname = '' } = planned;
    const { zone_id, certificate_authority, method } = kindOf(planned);
    this.#names.add(hostname);
    this.#zone.set(row, zone_id);
    this.#ca.set(row, certificate_authority);
    this.#method.set(row, method);
  }

  async #readLedger(): Promise<void> {
    this.#end = await readLedger(this.#ledger, this.fold, this.#end);
    this.#isRead = true;
  }

  #matching({ search, sort, outcome, code, phase, who, zone, ca, method }: RowQuery): Uint32Array {
    const { rows } = this.fold;
    const part = search === undefined || search === '' ? undefined : Buffer.from(search.toLowerCase());
    const holds = (wanted: string[] | undefined, value: string | undefined) =>
      wanted === undefined || wanted.length === 0 || wanted.includes(value ?? 'none');
    const found = new Uint32Array(this.#names.rows);
    let size = 0;
    for (let row = 1; row <= this.#names.rows; row++) {
      if (
        holds(outcome, rows.outcomeOf(row)) &&
        holds(code, rows.code.at(row)) &&
        holds(phase, rows.phaseOf(row)) &&
        holds(who, this.#whoActs(row)) &&
        holds(zone, this.#zone.at(row)) &&
        holds(ca, this.#ca.at(row)) &&
        holds(method, this.#method.at(row)) &&
        (part === undefined || this.#names.holds(row, part))
      )
        found[size++] = row;
    }
    const rowsFound = found.subarray(0, size);
    if (sort === 'hostname') rowsFound.sort((a, b) => this.#names.compare(a, b));
    if (sort === 'deadline') {
      const deadline = (row: number) => rows.deadlineOf(row) ?? Number.MAX_SAFE_INTEGER;
      rowsFound.sort((a, b) => deadline(a) - deadline(b));
    }
    return rowsFound;
  }

  #whoActs(row: number): string | undefined {
    const phase = this.fold.rows.waits(row) ? this.fold.rows.phaseOf(row) : undefined;
    return phase && WHO_ACTS[phase];
  }

  #listed(row: number): ListedRow {
    const { rows } = this.fold;
    const deadline = rows.deadlineOf(row);
    return {
      row,
      hostname: this.#names.at(row),
      outcome: rows.outcomeOf(row),
      code: rows.code.at(row) ?? null,
      phase: rows.phaseOf(row) ?? null,
      who: this.#whoActs(row) ?? null,
      status: rows.status.at(row) ?? null,
      ssl_status: rows.sslStatus.at(row) ?? null,
      zone: this.#zone.at(row) ?? null,
      ca: this.#ca.at(row) ?? null,
      method: this.#method.at(row) ?? null,
      deadline: deadline === undefined ? null : new Date(deadline).toISOString(),
    };
  }
}
