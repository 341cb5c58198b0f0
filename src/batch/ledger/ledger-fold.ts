import type { Span } from '../../disk/indexed-lines.ts';
import type { Deadlines } from '../../hostname/deadlines.ts';
import { phaseOf } from '../../hostname/phase.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import type { CallCounts, Stage } from '../../terms.ts';
import { type ControlState, controlled, UNCONTROLLED } from '../control/control-state.ts';
import { BatchClock } from './batch-clock.ts';
import type { LedgerEvent, OutcomeEvent, SettledRow, WaveVerdict } from './ledger-event.ts';
import type { RowReading, RowTable } from './row-table.ts';

export type EventOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>;

/** Where a batch stands. */
export interface Standing {
  stage: Stage;
  /** Of editing, paused and settling, counted from 1; else the last there was, 0 before the first. */
  wave: number;
  /** Of paused: the stage that goes on afterwards. */
  holds?: 'editing' | 'settling' | undefined;
  /** When the stage ends at the latest, where that is known; ISO 8601. */
  until?: string | undefined;
}

/**
 * The one fold of a ledger: everything that is known of a batch is what this makes of its events, for the writer, which
 * adds what it appends, and for every reader. Events come in the order of the file; a reader that stops may go on later.
 */
export class LedgerFold<Rows extends RowTable = RowTable> {
  readonly rows: Rows;
  /** All calls on record; those of ignored duplicates do not count, they are the same calls told twice. */
  readonly calls: CallCounts = { list: 0, read: 0, edit: 0 };
  readonly clock = new BatchClock();
  readonly cooling: EventOf<'cooling'>[] = [];
  /** Highest row of the wave, and of each lane, that may have been handed to the queue. */
  readonly fedUpTo = new Map<string, number>();
  /** The SHA-256 that `batch.json` had when it was written; of batches of earlier versions unknown. */
  batchFile: string | undefined;
  /** A ledger of earlier versions begins when its batch is planned. */
  standing: Standing = { stage: 'planning', wave: 0 };
  /** The first start; undefined for a batch that was only planned. */
  startedAt: string | undefined;
  /** The last stop, unless the batch went on after it. */
  stopped: EventOf<'stopped'> | undefined;
  /** Rows that may have been sent before the batch came to rest (stopped, paused); undefined where rows were fed since. */
  restedWith: readonly number[] | undefined;
  /** When and how its rows came to their end, unless it went on after that. */
  ended: { at: string; exit_code: number } | undefined;
  /** When the states of hostnames were read last, ISO 8601: in settling, else in the answers to edits. */
  readAt: string | undefined;
  /** The calls that the batch waits for on its way to a pause or its end. */
  resting: EventOf<'resting'> | undefined;
  /** Lanes on which rows wait for others to leave room for what orders certificates. */
  readonly issuance = new Set<string>();
  /** What operators have said, and what holds. */
  control: ControlState = UNCONTROLLED;
  /** What waves have done, each as it was judged last. */
  readonly gates = new Map<number, WaveVerdict>();
  /** Outcomes of rows that already had one. The first counts. */
  duplicateOutcomes = 0;
  readonly #heard: (row: number, reading: RowReading, at: string) => void;

  /** `heard` is told of every reading of a row's hostname, in the order of the file, also where it changes nothing. */
  constructor(rows: Rows, heard: (row: number, reading: RowReading, at: string) => void = () => {}) {
    this.rows = rows;
    this.#heard = heard;
  }

  /**
   * Takes one event in. `line` is where it stands in the file, and `entries` tells where those of a settled event do, for
   * rows that keep places. Throws `RangeError` where it is about a row that the plan does not have.
   */
  add(event: LedgerEvent, line?: Span, entries?: () => readonly Span[]): void {
    const now = Date.parse(event.at);
    this.clock.reach(now);
    switch (event.type) {
      case 'stage':
        this.#enter(event, now);
        break;
      case 'planned':
        this.batchFile = event.batch_file;
        break;
      case 'started':
        this.clock.runBegins(now);
        this.startedAt ??= event.at;
        this.stopped = undefined;
        this.ended = undefined;
        this.standing = { stage: 'editing', wave: Math.max(1, this.standing.wave) };
        break;
      case 'fed':
        this.restedWith = undefined;
        this.fedUpTo.set(event.lane, Math.max(this.fedUpTo.get(event.lane) ?? 0, event.up_to));
        break;
      case 'outcome':
        this.readAt = event.at;
        this.#decide(event, line);
        break;
      case 'calls':
        this.readAt = event.at;
        this.#addCalls(event.calls);
        break;
      case 'cooling':
        this.cooling.push(event);
        break;
      case 'settled': {
        this.readAt = event.at;
        const places = this.rows.keepsPlaces ? entries?.() : undefined;
        for (const [at, entry] of event.rows.entries()) this.#settle(entry, event.at, places?.[at]);
        break;
      }
      case 'stopped':
        this.clock.runEnds(now);
        this.stopped = event;
        this.resting = undefined;
        this.restedWith = event.in_doubt;
        this.standing = { stage: event.reason === 'cancelled' ? 'cancelled' : 'stopped', wave: this.standing.wave };
        break;
      case 'finished':
        this.clock.runEnds(now);
        this.ended ??= { at: event.at, exit_code: event.exit_code };
        this.standing = { stage: 'finished', wave: this.standing.wave };
        break;
      case 'gate':
        this.gates.set(event.wave, event);
        break;
      case 'resting':
        this.resting = event;
        break;
      case 'issuance':
        this.issuance.add(event.lane);
        break;
      case 'control':
      case 'hold':
      case 'lifted':
        this.control = controlled(this.control, event);
        break;
      default:
        // Types of later versions.
        break;
    }
  }

  #enter({ at, stage, wave, holds, until, exit_code, in_doubt }: EventOf<'stage'>, now: number): void {
    // Of the waves before it no row is without outcome.
    if (wave !== undefined && wave > this.standing.wave) this.fedUpTo.clear();
    this.standing = { stage, wave: wave ?? this.standing.wave, holds, until };
    this.resting = undefined;
    this.issuance.clear();
    if (in_doubt !== undefined) this.restedWith = in_doubt;
    if (exit_code === undefined) return;
    this.clock.runEnds(now);
    this.ended = { at, exit_code };
  }

  #decide(event: OutcomeEvent & { at: string }, line: Span | undefined): void {
    const { rows } = this;
    const { row, status, ssl_status, not_shown, certificate, calls } = event;
    if (!rows.has(row)) throw unplanned(`outcome of row ${row}`);
    const reading = status === undefined ? undefined : readingOf({ status, ssl_status, not_shown, certificate });
    if (reading !== undefined) this.#heard(row, reading, event.at);
    if (rows.isRecorded(row)) {
      this.duplicateOutcomes += 1;
      return;
    }
    rows.decide(event, Date.parse(event.at), line);
    if (calls !== undefined) this.#addCalls(calls);
    // What settling has read is newer than the answer to the edit, whichever line came first.
    if (reading !== undefined && rows.takesAnswer(row)) rows.read(row, reading, false);
  }

  #settle(entry: SettledRow, at: string, place: Span | undefined): void {
    if (!this.rows.has(entry.row)) throw unplanned(`settled row ${entry.row}`);
    const reading = readingOf(entry);
    this.#heard(entry.row, reading, at);
    this.rows.read(entry.row, reading, true, place);
  }

  #addCalls(calls: Partial<CallCounts>): void {
    this.calls.list += calls.list ?? 0;
    this.calls.read += calls.read ?? 0;
    this.calls.edit += calls.edit ?? 0;
  }
}

/** What two statuses tell, and what was read besides; entries of earlier versions have no phase. */
export function readingOf(read: {
  status: string;
  ssl_status?: string | undefined;
  settlement?: SettledRow['settlement'];
  phase?: SettledRow['phase'];
  errors?: string[];
  deadlines?: Deadlines;
  not_shown?: string[] | undefined;
  certificate?: SettledRow['certificate'] | undefined;
}): RowReading {
  const { status, ssl_status: sslStatus, errors = [], deadlines = {}, not_shown = [], certificate } = read;
  return {
    settlement: read.settlement ?? settlementOf(status, sslStatus),
    phase: read.phase ?? phaseOf(status, sslStatus, errors),
    status,
    sslStatus,
    deadlines,
    notShown: not_shown.length > 0,
    certificate,
  };
}

const unplanned = (what: string): RangeError => new RangeError(`${what}, which the plan does not have`);
