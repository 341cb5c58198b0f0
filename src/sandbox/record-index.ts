import { bits, textBits } from './draw.ts';
import type { StoredHostname } from './stored-hostname.ts';

/** Finds a record by one of its texts, as a Map would. */
export interface RecordIndex {
  get(key: string): StoredHostname | undefined;
  has(key: string): boolean;
  /** The record must be in the table of all records under its row number, and its key not in the index. */
  add(record: StoredHostname): void;
  delete(record: StoredHostname): void;
}

const EMPTY = -1;
const GONE = -2;
const FIRST_SLOTS = 64;

/**
 * An index of 4 to 16 bytes per record where a Map takes about 60: open addressing over row numbers, the key itself
 * being read from the record. `records` is the table of all records by row number.
 */
export const createRecordIndex = (
  records: readonly StoredHostname[],
  keyOf: (record: StoredHostname) => string,
): RecordIndex => {
  let slots = new Int32Array(FIRST_SLOTS).fill(EMPTY);
  let used = 0;

  /** The slot that holds `key`, or -1. */
  const slotOf = (key: string): number => {
    const mask = slots.length - 1;
    for (let slot = bits(textBits(key)) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] ?? EMPTY;
      if (row === EMPTY) return -1;
      const record = row === GONE ? undefined : records[row];
      if (record !== undefined && keyOf(record) === key) return slot;
    }
  };
  const put = (row: number, key: string): void => {
    const mask = slots.length - 1;
    let slot = bits(textBits(key)) & mask;
    while ((slots[slot] ?? EMPTY) >= 0) slot = (slot + 1) & mask;
    if (slots[slot] === EMPTY) used += 1;
    slots[slot] = row;
  };
  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(old.length * 2).fill(EMPTY);
    used = 0;
    for (const row of old) {
      const record = row < 0 ? undefined : records[row];
      if (record !== undefined) put(row, keyOf(record));
    }
  };
  const get = (key: string): StoredHostname | undefined => records[slots[slotOf(key)] ?? -1];

  return {
    get,
    has: (key) => get(key) !== undefined,
    add(record) {
      // At most three quarters full, slots of deleted records counted: a search must meet an empty one soon.
      if (used * 4 >= slots.length * 3) grow();
      put(record.row, keyOf(record));
    },
    delete(record) {
      const slot = slotOf(keyOf(record));
      if (slot !== -1) slots[slot] = GONE;
    },
  };
};
