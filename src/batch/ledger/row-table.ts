import type { Span } from '../../disk/indexed-lines.ts';
import { CERTIFICATE_VERDICTS, type CertificateVerdict } from '../../hostname/certificates.ts';
import type { Deadlines } from '../../hostname/deadlines.ts';
import { HOSTNAME_PHASES, type HostnamePhase } from '../../hostname/phase.ts';
import { OUTCOMES, type Outcome, SECOND, SETTLEMENTS, type Settlement } from '../../terms.ts';
import type { OutcomeEvent, SettledCounts } from './ledger-event.ts';
import { TextColumn, TextTable } from './text-column.ts';

/** What a reading of a row's hostname told, in settling or in the answer to its edit. */
export interface RowReading {
  settlement: Settlement;
  phase: HostnamePhase;
  status: string;
  sslStatus: string | undefined;
  deadlines: Deadlines;
  /** The API did not show what it had accepted. */
  notShown: boolean;
  /** What it showed of the certificates that the row brings, if any. */
  certificate: CertificateVerdict | undefined;
}

/** Outcomes of rows that hold what they ask for: the states of their hostnames count. */
export type Held = 'edited' | 'skipped';

/** Stands for the code of a row that was recorded without one. */
export const NO_CODE = 'UNKNOWN';

const SETTLED = [...SETTLEMENTS, 'unknown'] as const;

/** In the column of outcomes: 0 for none, else 1 + the place in `OUTCOMES`; above it, that only the plan says so. */
const OUTCOME_BITS = 0x0f;
const PLANNED = 0x10;
/** Flags of a row. */
const NOT_SHOWN = 1;
const READ_AGAIN = 2;
/** Above them, two bits: 0 for none, else 1 + the place in `CERTIFICATE_VERDICTS`. */
const VERDICT_AT = 2;

/**
 * What is known of every row: numbers in typed arrays, 9 bytes a row and no object, so that a million rows stay small.
 * Rows are counted from 1, as in the manifest.
 */
export class RowTable {
  readonly rows: number;
  /** Whether it is to be told where outcomes and settled entries stand, which takes time to find. */
  readonly keepsPlaces: boolean = false;
  /** Rows by outcome; their sum is `rows`. */
  readonly counts = zeroes<Outcome>(OUTCOMES);
  /** Rows that hold by the state of their hostnames as read last; those of phases that are known also by phase. */
  readonly #settled: Record<Held, SettledCounts> = { edited: zeroes(SETTLED), skipped: zeroes(SETTLED) };
  readonly phases = zeroes<HostnamePhase>(HOSTNAME_PHASES);
  /** Rows edited whose change the API, when it was read last, did not show. */
  notInEffect = 0;
  /** Rows that failed, were given up or rejected, by code. */
  readonly errors = new Map<string, number>();
  /** The same without the rows that were rejected. */
  readonly failures = new Map<string, number>();
  /** The code of the outcome. */
  readonly code: TextColumn;
  protected readonly texts = new TextTable();
  readonly #outcomes: Uint8Array;
  /** 0 while unknown, else 1 + the place in `SETTLEMENTS`, and above these two bits the place in `HOSTNAME_PHASES`. */
  readonly #states: Uint8Array;
  readonly #flags: Uint8Array;
  /** When the outcome of an edited row was recorded, in seconds since the epoch; 0 for none. */
  readonly #editedAt: Uint32Array;

  constructor(rows: number) {
    this.rows = rows;
    this.counts.unprocessed = rows;
    // Statuses and codes are few, whatever the number of rows: all columns share their texts.
    this.code = new TextColumn(rows, this.texts);
    this.#outcomes = new Uint8Array(rows + 1);
    this.#states = new Uint8Array(rows + 1);
    this.#flags = new Uint8Array(rows + 1);
    this.#editedAt = new Uint32Array(rows + 1);
  }

  has(row: number): boolean {
    return Number.isInteger(row) && row >= 1 && row <= this.rows;
  }

  outcomeOf(row: number): Outcome {
    return OUTCOMES[((this.#outcomes[row] ?? 0) & OUTCOME_BITS) - 1] ?? 'unprocessed';
  }

  /** Whether the ledger has the row's outcome: the plan alone may say it, too. */
  isRecorded(row: number): boolean {
    const outcome = this.#outcomes[row] ?? 0;
    return outcome !== 0 && (outcome & PLANNED) === 0;
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

  /** Whether the API, when it was read last, did not show what it had accepted. */
  notShown(row: number): boolean {
    return ((this.#flags[row] ?? 0) & NOT_SHOWN) !== 0;
  }

  /** What the API, when it was read last, showed of the certificates that the row brings; undefined where it brings none. */
  certificateOf(row: number): CertificateVerdict | undefined {
    return CERTIFICATE_VERDICTS[(((this.#flags[row] ?? 0) >> VERDICT_AT) & 3) - 1];
  }

  /** Rows that hold, all or those of one outcome, by the state of their hostnames. */
  settledCounts(of: readonly Held[] = ['edited', 'skipped']): SettledCounts {
    const sum: SettledCounts = { active: 0, pending: 0, errored: 0, unknown: 0 };
    for (const held of of) for (const state of SETTLED) sum[state] += this.#settled[held][state];
    return sum;
  }

  /** When the row's edit was recorded, in milliseconds since the epoch, exact to the second; undefined without one. */
  editedAt(row: number): number | undefined {
    const seconds = this.#editedAt[row] ?? 0;
    return seconds === 0 ? undefined : seconds * SECOND;
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

  /** The plan itself decides the row. */
  plan(row: number, outcome: Held | 'rejected', code: string | undefined): void {
    this.#change(row, () => {
      this.#outcomes[row] = (OUTCOMES.indexOf(outcome) + 1) | PLANNED;
      this.code.set(row, code);
    });
  }

  /** The row has its outcome, recorded at `at` (milliseconds since the epoch); `_line` is where the ledger says so. */
  decide({ row, outcome, code, not_shown = [], certificate }: OutcomeEvent, at: number, _line?: Span): void {
    this.#change(row, () => {
      this.#outcomes[row] = OUTCOMES.indexOf(outcome) + 1;
      this.code.set(row, code);
      if (this.takesAnswer(row)) this.#flags[row] = flagsOf(not_shown.length > 0, certificate);
    });
    if (outcome === 'edited') this.#editedAt[row] = Math.floor(at / SECOND);
  }

  /** Whether a reading of the hostname counts that was made before settling: what settling has read is newer. */
  takesAnswer(row: number): boolean {
    return ((this.#flags[row] ?? 0) & READ_AGAIN) === 0;
  }

  /** A reading of the row's hostname; `again` where it was read for its own sake, `_entry` is where the ledger has that. */
  read(row: number, { settlement, phase, notShown, certificate }: RowReading, again: boolean, _entry?: Span): void {
    this.#change(row, () => {
      this.#states[row] = (HOSTNAME_PHASES.indexOf(phase) << 2) | (SETTLEMENTS.indexOf(settlement) + 1);
      const flags = (this.#flags[row] ?? 0) & READ_AGAIN;
      this.#flags[row] = flags | flagsOf(notShown, certificate) | (again ? READ_AGAIN : 0);
    });
  }

  #change(row: number, change: () => void): void {
    this.#count(row, -1);
    change();
    this.#count(row, 1);
  }

  #count(row: number, by: 1 | -1): void {
    const outcome = this.outcomeOf(row);
    this.counts[outcome] += by;
    if (outcome === 'unprocessed') return;
    if (outcome === 'edited' && this.notShown(row)) this.notInEffect += by;
    if (outcome !== 'edited' && outcome !== 'skipped') {
      const code = this.code.at(row) ?? NO_CODE;
      this.errors.set(code, (this.errors.get(code) ?? 0) + by);
      if (outcome !== 'rejected') this.failures.set(code, (this.failures.get(code) ?? 0) + by);
      return;
    }
    this.#settled[outcome][this.settlementOf(row) ?? 'unknown'] += by;
    const phase = this.phaseOf(row);
    if (phase !== undefined) this.phases[phase] += by;
  }
}

const flagsOf = (notShown: boolean, certificate: CertificateVerdict | undefined): number =>
  (notShown ? NOT_SHOWN : 0) |
  (certificate === undefined ? 0 : (CERTIFICATE_VERDICTS.indexOf(certificate) + 1) << VERDICT_AT);

const zeroes = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
