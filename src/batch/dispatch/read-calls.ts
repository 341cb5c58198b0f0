import type { CallCounts } from '../../terms.ts';

/** Counts the calls of reads that belong to no single row, until the ledger takes them. */
export class ReadCalls {
  #calls: CallCounts = { list: 0, read: 0, edit: 0 };

  add({ list, read, edit }: CallCounts): void {
    this.#calls.list += list;
    this.#calls.read += read;
    this.#calls.edit += edit;
  }

  /** What was counted since the last take. */
  take(): CallCounts {
    const taken = this.#calls;
    this.#calls = { list: 0, read: 0, edit: 0 };
    return taken;
  }
}
