import { type FileHandle, open } from 'node:fs/promises';
import { readJsonLineAt, readJsonLines } from '../../disk/json-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import type { CustomHostnameId } from '../../terms.ts';
import type { PlanRow } from './plan-row.ts';

/** Finds rows of `plan.jsonl` by their custom hostname id, with about 70 bytes in memory for each that `wanted` lets in. */
export class PlanIndex {
  readonly #file: FileHandle;
  readonly #byId = new KeyIndex();
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(planPath: string, wanted: (row: PlanRow) => boolean): Promise<PlanIndex> {
    const index = new PlanIndex(await open(planPath, 'r'));
    for await (const { value, offset, length } of readJsonLines<PlanRow>(planPath)) {
      if (value.custom_hostname_id === undefined || !wanted(value)) continue;
      index.#byId.set(value.custom_hostname_id, index.#offsets.length);
      index.#offsets.push(offset);
      index.#lengths.push(length);
    }
    return index;
  }

  get size(): number {
    return this.#offsets.length;
  }

  /** The row about this custom hostname, or undefined where there is none. */
  async rowOf(id: CustomHostnameId): Promise<PlanRow | undefined> {
    const number = this.#byId.get(id);
    return number === undefined ? undefined : this.#at(number);
  }

  /** All rows, in manifest order. */
  async *rows(): AsyncGenerator<PlanRow> {
    for (let number = 0; number < this.#offsets.length; number++) yield await this.#at(number);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #at(number: number): Promise<PlanRow> {
    return readJsonLineAt<PlanRow>(this.#file, this.#offsets[number] ?? 0, this.#lengths[number] ?? 0);
  }
}
