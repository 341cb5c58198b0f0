import { IndexedLines } from '../../disk/indexed-lines.ts';
import type { CustomHostnameId } from '../../terms.ts';
import type { PlanRow } from './plan-row.ts';

/** Finds rows of `plan.jsonl` by their custom hostname id. */
export class PlanIndex {
  readonly #lines: IndexedLines<PlanRow>;

  private constructor(lines: IndexedLines<PlanRow>) {
    this.#lines = lines;
  }

  static async open(planPath: string, wanted: (row: PlanRow) => boolean): Promise<PlanIndex> {
    return new PlanIndex(
      await IndexedLines.open<PlanRow>(planPath, (row) => (wanted(row) ? row.custom_hostname_id : undefined)),
    );
  }

  get size(): number {
    return this.#lines.size;
  }

  /** The row about this custom hostname, or undefined where there is none. */
  async rowOf(id: CustomHostnameId): Promise<PlanRow | undefined> {
    const number = this.#lines.find(id);
    return number === undefined ? undefined : this.#lines.read(number);
  }

  /** All rows, in manifest order. */
  async *rows(): AsyncGenerator<PlanRow> {
    for (let number = 0; number < this.#lines.size; number++) yield await this.#lines.read(number);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}
