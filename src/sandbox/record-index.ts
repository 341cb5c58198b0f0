import { bits, textBits } from './draw.ts';
import type { StoredHostname } from './stored-hostname.ts';

const EMPTY = -1;
const GONE = -2;
const FIRST_SLOTS = 64;

/**
 * Finds a record by one of its texts, as a Map would, in 4 to 16 bytes per record where a Map takes about 60: open
 * addressing over row numbers, the key itself being read from the record. `records` is the table of all records by row
 * number.
 */
export class RecordIndex {
  readonly #records: readonly StoredHostname[];
  readonly #keyOf: (record: StoredHostname) => string;
  #slots = new Int32Array(FIRST_SLOTS).fill(EMPTY);
  #used = 0;

  constructor(records: readonly StoredHostname[], keyOf: (record: StoredHostname) => string) {
    this.#records = records;
    this.#keyOf = keyOf;
  }

  get(key: string): StoredHostname | undefined {
    return this.#records[this.#slots[this.#slotOf(key)] ?? -1];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** The record must be in the table of all records under its row number, and its key not in the index. */
  add(record: StoredHostname): void {
    // At most three quarters full, slots of deleted records counted: a search must meet an empty one soon.
    if (this.#used * 4 >= this.#slots.length * 3) this.#grow();
    this.#put(record.row, this.#keyOf(record));
  }

  delete(record: StoredHostname): void {
    const slot = this.#slotOf(this.#keyOf(record));
    if (slot !== -1) this.#slots[slot] = GONE;
  }

  /** The slot that holds `key`, or -1. */
  #slotOf(key: string): number {
    const mask = this.#slots.length - 1;
    for (let slot = bits(textBits(key)) & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot] ?? EMPTY;
      if (row === EMPTY) return -1;
      const record = row === GONE ? undefined : this.#records[row];
      if (record !== undefined && this.#keyOf(record) === key) return slot;
    }
  }

  #put(row: number, key: string): void {
    const mask = this.#slots.length - 1;
    let slot = bits(textBits(key)) & mask;
    while ((this.#slots[slot] ?? EMPTY) >= 0) slot = (slot + 1) & mask;
    if (this.#slots[slot] === EMPTY) this.#used += 1;
    this.#slots[slot] = row;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(EMPTY);
    this.#used = 0;
    for (const row of old) {
      const record = row < 0 ? undefined : this.#records[row];
      if (record !== undefined) this.#put(row, this.#keyOf(record));
    }
  }
}
