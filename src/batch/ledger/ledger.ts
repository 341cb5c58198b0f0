import { stat } from 'node:fs/promises';
import { AppendLog } from '../../disk/append-log.ts';
import type { Outcome, Settlement } from '../../terms.ts';
import { publishEvent, type SharedByRows } from './events-channel.ts';
import type { LedgerEvent, OutcomeEvent, SettledRow, StageEvent } from './ledger-event.ts';
import { LedgerFold, type Standing } from './ledger-fold.ts';
import { readLedger } from './read-ledger.ts';
import { RowTable } from './row-table.ts';

type Undated<T> = T extends { at: string } ? Omit<T, 'at'> : never;
/** An event as its maker states it; the ledger adds the instant. */
export type NewLedgerEvent = Undated<LedgerEvent>;

/** Writes into the ledger at `path` that its batch, which has no plan yet, enters a stage. */
export async function recordStage(path: string, stage: 'reading' | 'planning', now: number): Promise<void> {
  const log = await AppendLog.open<LedgerEvent>(path, { chained: true });
  try {
    const event: LedgerEvent = { at: new Date(now).toISOString(), type: 'stage', stage };
    publishEvent(path, event);
    await log.append(event);
  } finally {
    await log.close();
  }
}

/** What the events before this run tell a resumed one. */
interface Past {
  /** Whether they may have handed anything over at all. */
  hasFed: boolean;
  /** The wave that they came to. */
  wave: number;
  /** Highest row of that wave and of each lane that may have been handed to the queue. */
  fedUpTo: ReadonlyMap<string, number>;
  /**
   * Rows without outcome that may have been sent: those that a clean stop or a pause named, or, where the last run just ended, every
   * one up to the `fedUpTo` of its lane (undefined).
   */
  inDoubt: ReadonlySet<number> | undefined;
}

/**
 * The append-only truth of a batch. Every `record…` resolves once its lines are synced to disk. A row gets one outcome:
 * later ones are dropped. `fold` knows what was recorded, a moment before it is synced.
 */
export class Ledger {
  readonly fold: LedgerFold;
  readonly past: Past;
  readonly #log: AppendLog<LedgerEvent>;
  readonly #now: () => number;
  readonly #path: string;

  private constructor(log: AppendLog<LedgerEvent>, fold: LedgerFold, { path, now }: { path: string; now(): number }) {
    this.#log = log;
    this.#now = now;
    this.#path = path;
    this.fold = fold;
    const { fedUpTo, restedWith, standing } = fold;
    const hasFed = fedUpTo.size > 0 || standing.wave > 1;
    this.past = {
      hasFed,
      wave: Math.max(1, standing.wave),
      fedUpTo: new Map(fedUpTo),
      inDoubt: restedWith && new Set(restedWith),
    };
  }

  /**
   * Opens the ledger of a batch of `rows` rows, folding what is there. The caller holds the batch's lock. Throws
   * `BATCH_DAMAGED`.
   */
  static async open(path: string, rows: number, now: () => number): Promise<Ledger> {
    const log = await AppendLog.open<LedgerEvent>(path, { chained: true });
    try {
      const fold = new LedgerFold(new RowTable(rows));
      if ((await stat(path)).size > 0) await readLedger(path, fold);
      return new Ledger(log, fold, { path, now });
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** What a row shares with others, for who measures; the run that knows its plan says it. */
  kindOf: (row: number) => SharedByRows | undefined = () => undefined;

  /** The outcome of a row, or undefined while it has none. */
  outcomeOf(row: number): Exclude<Outcome, 'unprocessed'> | undefined {
    const outcome = this.fold.rows.outcomeOf(row);
    return outcome === 'unprocessed' ? undefined : outcome;
  }

  /** Where the row's hostname stood when the API last spoke of it. */
  settlementOf(row: number): Settlement | undefined {
    return this.fold.rows.settlementOf(row);
  }

  /** See `RowTable.editedAt`. */
  editedAt(row: number): number | undefined {
    return this.fold.rows.editedAt(row);
  }

  /**
   * Whether the API, when it last spoke of the row's hostname, showed all of its change, or would not by another reading. The
   * answer to an upload may still be about the certificate that it replaces.
   */
  shows(row: number): boolean {
    const { rows } = this.fold;
    return !rows.notShown(row) && !(rows.certificateOf(row) === 'not_shown' && rows.takesAnswer(row));
  }

  /**
   * Whether runs before this one may have sent a row of `lane`. True also where its outcome has come since: the caller may
   * have looked for that a moment earlier.
   */
  isInDoubt(row: number, lane: string): boolean {
    const { fedUpTo, inDoubt } = this.past;
    return row <= (fedUpTo.get(lane) ?? 0) && (inDoubt === undefined || inDoubt.has(row));
  }

  /** Whether runs before this one may have handed over a row that has no outcome yet, to whatever lane. */
  mayHaveSent(row: number): boolean {
    return this.outcomeOf(row) === undefined && [...this.past.fedUpTo.keys()].some((lane) => this.isInDoubt(row, lane));
  }

  /** Records outcomes, those of rows that already have one left out. Resolves when all of them are on disk. */
  async recordOutcomes(outcomes: readonly OutcomeEvent[]): Promise<void> {
    const { rows } = this.fold;
    for (const outcome of outcomes) {
      if (rows.has(outcome.row) && !rows.isRecorded(outcome.row)) this.#add(outcome);
    }
    // One left out may have been appended a moment ago, and not be on disk yet.
    await this.#log.synced();
  }

  async recordSettled(rows: SettledRow[]): Promise<void> {
    if (rows.length > 0) await this.record({ type: 'settled', rows });
  }

  async record(...events: NewLedgerEvent[]): Promise<void> {
    for (const event of events) this.#add(event);
    await this.#log.synced();
  }

  /** Resolves when the ledger says that the batch stands there, and what more is to be said of that stage. */
  enter(
    { stage, ...standing }: Standing & { stage: StageEvent['stage'] },
    more: Pick<StageEvent, 'exit_code' | 'in_doubt'> = {},
  ): Promise<void> {
    return this.record({ type: 'stage', stage, ...standing, ...more });
  }

  /** Resolves when the ledger says, as its last line, that the batch is carried out and reported, and what came of it. */
  finish(exit_code: number): Promise<void> {
    const { rows, calls, standing } = this.fold;
    const codes = Object.fromEntries(rows.errors);
    const failures = Object.fromEntries(rows.failures);
    const tally = { counts: { ...rows.counts }, settled: rows.settledCounts(), codes, failures, calls: { ...calls } };
    return this.record({ type: 'finished', exit_code, ...tally, wave: standing.wave });
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  #add(event: NewLedgerEvent): void {
    // Where the machine's clock is set back, time stands still: nothing ends before it began.
    const at = Math.max(this.#now(), this.fold.clock.latest);
    const dated = { at: new Date(at).toISOString(), ...event } as LedgerEvent;
    this.fold.add(dated);
    publishEvent(this.#path, dated, dated.type === 'outcome' ? this.kindOf(dated.row) : undefined);
    this.#log.append(dated).catch(() => {});
  }
}
