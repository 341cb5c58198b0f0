import type { CallCounts } from '../../terms.ts';

const NAMES_SHOWN = 5;

/** Counts the calls of reads that belong to no single row, until the ledger takes them. */
export class ReadCalls {
  /** Entries of lists that are no hostnames, by what can be told of them. */
  readonly leftOut: string[] = [];
  #calls: CallCounts = { list: 0, read: 0, edit: 0 };

  add({ list, read, edit }: CallCounts): void {
    this.#calls.list += list;
    this.#calls.read += read;
    this.#calls.edit += edit;
  }

  /** One sentence, where something was left out. */
  notes(): string[] {
    const names = [...new Set(this.leftOut)];
    if (names.length === 0) return [];
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    return [
      `The API lists entries that cannot be read as custom hostnames; they are left out: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.`,
    ];
  }

  /** What was counted since the last take. */
  take(): CallCounts {
    const taken = this.#calls;
    this.#calls = { list: 0, read: 0, edit: 0 };
    return taken;
  }
}
