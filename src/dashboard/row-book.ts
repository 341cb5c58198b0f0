import { setTimeout as delay } from 'node:timers/promises';
import { type BatchFile, readBatchFile } from '../batch/ledger/batch-file.ts';
import { BatchFold, foldPlan } from '../batch/ledger/batch-fold.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { readLedger } from '../batch/ledger/read-ledger.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import { TextColumn, TextTable } from '../batch/ledger/text-column.ts';
import { kindOf } from '../batch/waves/row-kind.ts';
import { ordersCertificate } from '../hostname/effects.ts';
import { WHO_ACTS } from '../hostname/who-acts.ts';
import type { ListedRow } from '../report/html/page/values.ts';
import { rowNotes } from '../report/row-notes.ts';
import type { CallCounts } from '../terms.ts';
import { NameColumn } from './name-column.ts';
import { Pace } from './pace.ts';
import type { CertificateChange, RowPage } from './page/values.ts';
import type { RowFilter, RowQuery } from './row-query.ts';

/** What rows are alike in. */
interface Kind {
  zone?: string | undefined;
  lane?: string | undefined;
  /** What the row will have, else has. */
  ca?: string | undefined;
  method?: string | undefined;
  was?: { ca: string | undefined; method: string | undefined };
  /** Whether its edit orders a certificate. */
  orders?: boolean;
  /** Who must act, as a look has found. */
  who?: string;
}

/** Kinds of changes that are told. */
const MOST_CHANGES = 50;

/** Characters of a row's notes by which it is found. */
const NOTES = 120;

/** Tells of the calls that a ledger has, and when. */
class PacedFold extends BatchFold {
  readonly #pace: Pace;

  constructor(folder: string, file: BatchFile, pace: Pace) {
    super(folder, file);
    this.#pace = pace;
  }

  override add(...[event, line, entries]: Parameters<BatchFold['add']>): void {
    const before = sum(this.calls);
    super.add(event, line, entries);
    const calls = sum(this.calls) - before;
    if (calls > 0) this.#pace.add(Date.parse(event.at), calls);
  }
}

const sum = ({ list, read, edit }: CallCounts): number => list + read + edit;

/** To a certificate of one's own no method matters. */
const certificateWords = ({ ca, method }: Pick<Kind, 'ca' | 'method'>): string =>
  ca === 'uploaded' ? ca : [ca, method].filter((text) => text !== undefined).join(', ') || 'none';

/** A page that is still being read is shown as far as it is. */
const PATIENCE_MS = 500;

/**
 * The rows of a batch for who searches them: about 100 bytes a row in memory, whatever they say, so that a million are
 * no burden. The plan is read behind the scenes; what is in answers at once. The ledger is read on as it grows.
 */
export class RowBook {
  readonly pace = new Pace();
  readonly fold: BatchFold;
  readonly details: RowDetails;
  readonly #names: NameColumn;
  /** What rows are alike in, as JSON: there are few kinds, whatever the number of rows. */
  readonly #kinds: TextColumn;
  readonly #kindOf = new Map<string | undefined, Kind>([[undefined, {}]]);
  readonly #ledger: string;
  /** What was asked for last, so that a question takes no memory. */
  readonly #found: Uint32Array;
  #reading: Promise<void>;
  #end = 0;
  #isRead = false;

  private constructor(folder: BatchFolder, file: BatchFile) {
    const { rows } = file.manifest;
    this.fold = new PacedFold(folder.path, file, this.pace);
    this.details = new RowDetails(this.fold);
    this.#names = new NameColumn(rows);
    this.#kinds = new TextColumn(rows, new TextTable());
    this.#ledger = folder.ledger;
    this.#found = new Uint32Array(rows);
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

  /** Resolves when all rows and the ledger are in. Throws `BATCH_DAMAGED`. */
  async whole(): Promise<void> {
    await this.#reading;
  }

  async find(query: RowQuery): Promise<RowPage> {
    const matching = this.matching(query);
    const rows: ListedRow[] = [];
    for (const row of matching.slice(query.offset, query.offset + query.limit)) rows.push(await this.#listed(row));
    return {
      ...{ total: this.fold.rows.rows, loaded: this.#names.rows, is_read: this.#isRead },
      ...{ matched: matching.length, rows, choices: this.#choices() },
    };
  }

  /** What there is to choose from, of what rows are alike in. */
  #choices(): RowPage['choices'] {
    const of = (member: 'zone' | 'ca' | 'method') =>
      [...new Set([...this.#kindOf.values()].flatMap((kind) => kind[member] ?? []))].sort();
    return { zone: of('zone'), ca: of('ca'), method: of('method') };
  }

  #take(planned: PlanRow): void {
    const { row, hostname = '', lane, before, finding, effects } = planned;
    const { zone_id: zone, certificate_authority: ca, method } = kindOf(planned);
    const was = kindOf(before === undefined ? {} : { body: before, before });
    const wasUploaded = effects.includes('loses_upload');
    const kind: Kind = {
      ...{ zone, lane, ca, method, orders: ordersCertificate(effects) },
      was: { ca: wasUploaded ? 'uploaded' : was.certificate_authority, method: was.method },
    };
    // A look that found it not ready knows better who must act than the API's statuses.
    if (finding !== undefined && finding.verdict !== 'ready') kind.who = finding.who;
    const text = JSON.stringify(kind);
    if (!this.#kindOf.has(text)) this.#kindOf.set(text, kind);
    const notes = Object.values(rowNotes(this.fold.batch.manifest, planned)).join(' ');
    this.#names.add(hostname, notes.slice(0, NOTES).toLowerCase());
    this.#kinds.set(row, text);
  }

  #kindAt(row: number): Kind {
    return this.#kindOf.get(this.#kinds.at(row)) ?? {};
  }

  async #readLedger(): Promise<void> {
    this.#end = await readLedger(this.#ledger, this.fold, this.#end);
    this.#isRead = true;
  }

  /** The rows that match, in the order that is asked for; good until the next call. */
  matching({ search, sort, outcome, code, phase, who, zone, ca, method }: RowFilter): Uint32Array {
    const { rows } = this.fold;
    const part = search === undefined || search === '' ? undefined : Buffer.from(search.toLowerCase());
    const holds = (wanted: string[] | undefined, value: string | undefined) =>
      wanted === undefined || wanted.length === 0 || wanted.includes(value ?? 'none');
    const isOfKind = new Map<string | undefined, boolean>();
    for (const [text, kind] of this.#kindOf)
      isOfKind.set(text, holds(zone, kind.zone) && holds(ca, kind.ca) && holds(method, kind.method));
    const found = this.#found;
    let size = 0;
    for (let row = 1; row <= this.#names.rows; row++) {
      if (
        holds(outcome, rows.outcomeOf(row)) &&
        holds(code, rows.code.at(row)) &&
        holds(phase, rows.phaseOf(row)) &&
        holds(who, who === undefined ? undefined : this.#whoActs(row)) &&
        isOfKind.get(this.#kinds.at(row)) === true &&
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

  /** Rows before this one on its lane that have no outcome yet, and how many of them order certificates. */
  ahead(row: number): { before: number; orders: number } {
    const { lane } = this.#kindAt(row);
    const ahead = { before: 0, orders: 0 };
    for (let at = 1; at < row; at++) {
      const kind = this.#kindAt(at);
      if (kind.lane === undefined || kind.lane !== lane || this.fold.rows.outcomeOf(at) !== 'unprocessed') continue;
      ahead.before++;
      if (kind.orders) ahead.orders++;
    }
    return ahead;
  }

  /** How the certificates of hostnames change, the most frequent change first. */
  certificates(): CertificateChange[] {
    const { rows } = this.fold;
    const changes = new Map<string, CertificateChange>();
    const ofKind = new Map<string | undefined, CertificateChange>();
    for (const [text, { ca, method, was }] of this.#kindOf) {
      if (ca === undefined && method === undefined) continue;
      const [before, after] = [certificateWords(was ?? {}), certificateWords({ ca, method })];
      const none = { before, after, rows: 0, active: 0, waiting: 0, new: 0, another: 0 };
      const change = changes.get(`${before} ${after}`) ?? none;
      changes.set(`${before} ${after}`, change);
      ofKind.set(text, change);
    }
    for (let row = 1; row <= this.#names.rows; row++) {
      const change = ofKind.get(this.#kinds.at(row));
      if (change === undefined) continue;
      change.rows++;
      if (rows.waits(row)) change.waiting++;
      else if (rows.holds(row) && rows.settlementOf(row) === 'active') change.active++;
      const verdict = rows.certificateOf(row);
      if (verdict === 'new' || verdict === 'another') change[verdict]++;
    }
    return [...changes.values()].sort((a, b) => b.rows - a.rows).slice(0, MOST_CHANGES);
  }

  #whoActs(row: number): string | undefined {
    const phase = this.fold.rows.waits(row) ? this.fold.rows.phaseOf(row) : undefined;
    return phase && (this.#kindAt(row).who ?? WHO_ACTS[phase]);
  }

  async #listed(row: number): Promise<ListedRow> {
    const { rows, batch } = this.fold;
    const notes = batch.manifest.notes && rowNotes(batch.manifest, await this.details.planned(row));
    const deadline = rows.deadlineOf(row);
    const { zone, ca, method } = this.#kindAt(row);
    return {
      row,
      hostname: this.#names.at(row),
      outcome: rows.outcomeOf(row),
      code: rows.code.at(row) ?? null,
      phase: rows.phaseOf(row) ?? null,
      who: this.#whoActs(row) ?? null,
      status: rows.status.at(row) ?? null,
      ssl_status: rows.sslStatus.at(row) ?? null,
      zone: zone ?? null,
      ca: ca ?? null,
      method: method ?? null,
      deadline: deadline === undefined ? null : new Date(deadline).toISOString(),
      ...(notes && { notes }),
    };
  }
}
