import type { ManifestCode } from '../codes/manifest-codes.ts';
import type { Change } from '../hostname/change.ts';
import type { CustomHostnameId, Hostname, Json, JsonObject, ZoneId } from '../terms.ts';
import { problem } from './problem.ts';
import type { ManifestProblem } from './row.ts';

/** A row while its fields are read: what is good so far, and everything that is wrong with it. */
export interface RowDraft {
  row: number;
  line: number;
  hostname?: Hostname;
  custom_hostname_id?: CustomHostnameId;
  zone_id?: ZoneId;
  change: Change;
  /** Name of a bundle. */
  bundle?: string;
  /** Paths of PEM files, PEM texts and ids of CSRs, by the path of their field. */
  pems?: Map<string, string>;
  /** Whether a hostname or an id was given, good or bad. */
  named: boolean;
  /** Fields of the change that were given, good or bad; `recheck` is not among them. */
  changes: number;
  problems: ManifestProblem[];
  /** Set where the row could not be taken apart, so that nothing more can be said of it. */
  unread?: true;
}

export const newDraft = (row: number, line: number): RowDraft => ({
  row,
  line,
  change: {},
  named: false,
  changes: 0,
  problems: [],
});

/** Notes a problem of this row; `column` is the dotted path it is about. */
export function addProblem(draft: RowDraft, code: ManifestCode, message: string, column?: string): void {
  const { line, row } = draft;
  draft.problems.push(problem(code, message, column === undefined ? { line, row } : { line, row, column }));
}

/** Puts a checked value at its place in the change. `keys` come from the table of fields, whose paths are those of `Change`. */
export function putChange(draft: RowDraft, keys: readonly string[], value: Json): void {
  let target = draft.change as JsonObject;
  for (const key of keys.slice(0, -1)) {
    const inner = target[key] as JsonObject | undefined;
    const next: JsonObject = inner ?? {};
    if (inner === undefined) target[key] = next;
    target = next;
  }
  const last = keys[keys.length - 1];
  if (last !== undefined) target[last] = value;
}
