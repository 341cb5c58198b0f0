import type { Fault } from '../../bundles/bundle-source.ts';
import type { ManifestProblem, Row } from '../../manifest/row.ts';

/** Broken bundles that are counted one by one; beyond them each row speaks for itself. */
const BUNDLES_KEPT = 100;

/** What many rows have in common that is wrong, to be said once: at the first of them, with their number. */
export class SharedFaults {
  readonly #found = new Map<string, { faults: Fault[]; first: Row; rows: number }>();

  /** False where it is one too many to be remembered. */
  add(what: string, faults: Fault[], row: Row): boolean {
    const known = this.#found.get(what);
    if (known !== undefined) known.rows++;
    else if (this.#found.size < BUNDLES_KEPT) this.#found.set(what, { faults, first: row, rows: 1 });
    else return false;
    return true;
  }

  problems(): ManifestProblem[] {
    return [...this.#found].flatMap(([what, { faults, first, rows }]) =>
      faults.map((fault) => problemOf(fault, first, rows === 1 ? '' : ` (${rows} rows use ${what}.)`)),
    );
  }
}

/** A fault as a problem of a row. */
export const problemOf = (
  { code, message, column }: Fault,
  { row, line }: Pick<Row, 'row' | 'line'>,
  more = '',
): ManifestProblem => ({
  code,
  message: `${message}${more}`,
  line,
  row,
  ...(column === undefined ? {} : { column }),
});
