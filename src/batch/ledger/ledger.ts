import { stat } from 'node:fs/promises';
import { AppendLog } from '../../disk/append-log.ts';
import { readJsonLines } from '../../disk/json-lines.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import { OUTCOMES, type Outcome, SECOND, SETTLEMENTS, type Settlement } from '../../terms.ts';
import type { LedgerEvent, OutcomeEvent, SettledRow } from './ledger-event.ts';

type Undated<T> = T extends { at: string } ? Omit<T, 'at'> : never;
/** An event as its maker states it; the ledger adds the instant. */
export type NewLedgerEvent = Undated<LedgerEvent>;
type Recorded = Exclude<Outcome, 'unprocessed'>;

/** What the events before this run tell a resumed one. */
interface Past {
  finished: boolean;
  /** Highest row of each lane that may have been handed to the queue. */
  fedUpTo: Map<string, number>;
  /**
   * Rows without outcome that may have been sent: those that a clean stop named, or, where the last run just ended, every
   * one up to the `fedUpTo` of its lane (undefined).
   */
  inDoubt: Set<number> | undefined;
}

/**
 * The append-only truth of a batch. Every `record…` resolves once its lines are synced to disk. A row gets one outcome:
 * later ones are dropped, whoever brings them. Memory: six bytes per row.
 */
export class Ledger {
  readonly past: Past = { finished: false, fedUpTo: new Map(), inDoubt: undefined };
  /** Rows by outcome. */
  readonly counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Recorded, number>;
  /** Calls on record, planning and earlier runs included. */
  calls = 0;
  readonly #log: AppendLog<LedgerEvent>;
  readonly #now: () => number;
  /** Per row: index into OUTCOMES plus one, 0 for none. */
  readonly #outcomes: Uint8Array;
  /** Per row: index into SETTLEMENTS plus one, 0 for unknown. */
  readonly #settlements: Uint8Array;
  /** Per edited row: when its outcome was recorded, in seconds since the epoch; 0 for none. */
  readonly #editedAt: Uint32Array;

  /** Rows whose change the API took, but did not show when it last spoke of them. Few, where all is well. */
  readonly #notShown = new Set<number>();

  private constructor(log: AppendLog<LedgerEvent>, rows: number, now: () => number) {
    this.#log = log;
    this.#now = now;
    this.#outcomes = new Uint8Array(rows + 1);
    this.#settlements = new Uint8Array(rows + 1);
    this.#editedAt = new Uint32Array(rows + 1);
  }

  /** Opens the ledger of a batch of `rows` rows, replaying what is there. The caller holds the batch's lock. */
  static async open(path: string, rows: number, now: () => number): Promise<Ledger> {
    const ledger = new Ledger(await AppendLog.open<LedgerEvent>(path), rows, now);
    if ((await stat(path)).size > 0) {
      for await (const { value } of readJsonLines<LedgerEvent>(path)) ledger.#replay(value);
    }
    return ledger;
  }

  /** The outcome of a row, or undefined while it has none. */
  outcomeOf(row: number): Recorded | undefined {
    return OUTCOMES[(this.#outcomes[row] ?? 0) - 1] as Recorded | undefined;
  }

  /** Where the row's hostname stood when the API last spoke of it. */
  settlementOf(row: number): Settlement | undefined {
    return SETTLEMENTS[(this.#settlements[row] ?? 0) - 1];
  }

  /** When the row's edit was recorded, in milliseconds since the epoch, exact to the second; undefined without one. */
  editedAt(row: number): number | undefined {
    const seconds = this.#editedAt[row] ?? 0;
    return seconds === 0 ? undefined : seconds * SECOND;
  }

  /** Whether the API, when it last spoke of the row's hostname, showed all of its change. */
  shows(row: number): boolean {
    return !this.#notShown.has(row);
  }

  /**
   * Whether runs before this one may have sent a row of `lane`. True also where its outcome has come since: whoever asks may
   * have looked for that a moment earlier.
   */
  isInDoubt(row: number, lane: string): boolean {
    const { fedUpTo, inDoubt } = this.past;
    return row <= (fedUpTo.get(lane) ?? 0) && (inDoubt === undefined || inDoubt.has(row));
  }

  /** Records outcomes, those of rows that already have one left out. Resolves when all of them are on disk. */
  async recordOutcomes(outcomes: readonly OutcomeEvent[]): Promise<void> {
    await this.record(...outcomes.filter((outcome) => this.#keepOutcome(outcome, this.#now())));
    // One left out may have been appended a moment ago, and not be on disk yet.
    await this.#log.synced();
  }

  async recordSettled(rows: SettledRow[]): Promise<void> {
    for (const row of rows) this.#keepSettled(row);
    if (rows.length > 0) await this.record({ type: 'settled', rows });
  }

  async record(...events: NewLedgerEvent[]): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    if (events.length > 0) await this.#log.append(...events.map((event) => ({ at, ...event }) as LedgerEvent));
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  #keepSettled({ row, settlement, not_shown }: SettledRow): void {
    this.#keepSettlement(row, settlement);
    if (not_shown === undefined) this.#notShown.delete(row);
    else this.#notShown.add(row);
  }

  #keepOutcome({ row, outcome, calls, status, ssl_status, not_shown }: OutcomeEvent, at: number): boolean {
    if (this.#outcomes[row] !== 0) return false;
    this.calls += (calls?.read ?? 0) + (calls?.edit ?? 0);
    this.#outcomes[row] = OUTCOMES.indexOf(outcome) + 1;
    this.counts[outcome]++;
    if (outcome === 'edited') this.#editedAt[row] = Math.floor(at / SECOND);
    if (status !== undefined) this.#keepSettlement(row, settlementOf(status, ssl_status));
    if (not_shown !== undefined) this.#notShown.add(row);
    return true;
  }

  #keepSettlement(row: number, settlement: Settlement): void {
    this.#settlements[row] = SETTLEMENTS.indexOf(settlement) + 1;
  }

  #replay(event: LedgerEvent): void {
    switch (event.type) {
      case 'started':
        this.past.inDoubt = undefined;
        break;
      case 'fed':
        this.past.fedUpTo.set(event.lane, Math.max(this.past.fedUpTo.get(event.lane) ?? 0, event.up_to));
        break;
      case 'calls':
        this.calls += event.calls.list + event.calls.read + event.calls.edit;
        break;
      case 'outcome':
        this.#keepOutcome(event, Date.parse(event.at));
        break;
      case 'settled':
        for (const row of event.rows) this.#keepSettled(row);
        break;
      case 'stopped':
        this.past.inDoubt = new Set(event.in_doubt);
        break;
      case 'finished':
        this.past.finished = true;
        break;
    }
  }
}
