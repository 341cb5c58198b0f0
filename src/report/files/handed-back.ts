import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import { jsonCells, orderColumns } from '../../manifest/json-columns.ts';
import { csvWriter, jsonLine, type ReturnedRow } from '../../manifest/write-rows.ts';
import type { JsonObject, Outcome } from '../../terms.ts';
import { rowsWhere } from '../waiting-rows.ts';

/** Rows that did not succeed, rows nothing is recorded of, and those of both to be sent again: each a manifest again. */
const KINDS = {
  failed: ['failed', 'gave_up', 'rejected'],
  unprocessed: ['unprocessed'],
  retry: ['failed', 'gave_up', 'unprocessed'],
} as const satisfies Record<string, readonly Outcome[]>;
export type HandedBack = keyof typeof KINDS;
/** Which of them are meant. */
type OnlyRows = (row: number) => boolean;
type Wanted = [kind: HandedBack, fold: BatchFold, details: RowDetails, only?: OnlyRows];

/** What is said about an unprocessed row in place of an error. */
const IN_DOUBT = { code: 'IN_DOUBT', message: 'The edit was perhaps under way when the batch stopped.' };
const UNPROCESSED = {
  code: 'UNPROCESSED',
  message: 'No outcome is recorded: the batch has not reached the row, or is still working on it.',
};

/** The identity a row keeps even where the manifest could not be taken apart, or is no CSV. */
const IDENTITY = ['hostname', 'custom_hostname_id', 'zone_id'] as const;

/** Rows made to text at once: the CSV writer is set up once per group. */
const GROUP = 500;

/**
 * The rows as CSV: under the columns of a CSV manifest as they were written; of a JSONL manifest under every column that
 * a row of the file needs.
 */
export async function* handedBackCsv(...[kind, fold, details, only]: Wanted): AsyncGenerator<string> {
  const { format, header = IDENTITY } = fold.batch.manifest;
  const columns = format === 'csv' ? header : await columnsOf(kind, fold, details, only);
  const writer = csvWriter(columns);
  yield writer.header();
  let group: ReturnedRow[] = [];
  for await (const { planned, reason } of handedBack(kind, fold, details, only)) {
    group.push({ source: planned.source ?? identityOf(planned, columns), ...reason });
    if (group.length < GROUP) continue;
    yield writer.lines(group);
    group = [];
  }
  yield writer.lines(group);
}

/** The rows in the format of their manifest. */
export const handedBackText = (
  kind: HandedBack,
  fold: BatchFold,
  details: RowDetails,
  only?: OnlyRows,
): AsyncGenerator<string> =>
  (fold.batch.manifest.format === 'jsonl' ? handedBackJsonl : handedBackCsv)(kind, fold, details, only);

/** How many rows there are of a kind. */
export function handedBackCount(kind: HandedBack, { rows }: BatchFold, only: OnlyRows = () => true): number {
  const kinds: readonly Outcome[] = KINDS[kind];
  let count = 0;
  for (let row = 1; row <= rows.rows; row++) if (kinds.includes(rows.outcomeOf(row)) && only(row)) count++;
  return count;
}

async function columnsOf(...[kind, fold, details, only]: Wanted): Promise<string[]> {
  const columns = new Set<string>();
  for await (const { planned } of handedBack(kind, fold, details, only)) {
    const source = planned.source ?? identityOf(planned);
    if (!Array.isArray(source)) for (const column of jsonCells(source).keys()) columns.add(column);
  }
  return orderColumns(columns.size > 0 ? columns : IDENTITY);
}

/** The rows as lines of JSONL: the object of the manifest with what is said of them added. */
export async function* handedBackJsonl(...wanted: Wanted): AsyncGenerator<string> {
  for await (const { planned, reason } of handedBack(...wanted)) {
    const source = planned.source === undefined || Array.isArray(planned.source) ? identityOf(planned) : planned.source;
    yield jsonLine({ source, ...reason });
  }
}

async function* handedBack(...[kind, fold, details, only = () => true]: Wanted) {
  const inDoubt = new Set(fold.stopped?.in_doubt);
  const kinds: readonly Outcome[] = KINDS[kind];
  const chosen = (row: number): boolean => kinds.includes(fold.rows.outcomeOf(row)) && only(row);
  for (const row of rowsWhere(fold, chosen)) {
    const planned = await details.planned(row);
    if (fold.rows.outcomeOf(row) === 'unprocessed') {
      yield { planned, reason: inDoubt.has(row) ? IN_DOUBT : UNPROCESSED };
    } else {
      const { code = '', message = '', cf_ray } = (await details.decided(row)) ?? { ...planned, cf_ray: undefined };
      yield { planned, reason: { code, message, ...(cf_ray === undefined ? {} : { cf_ray }) } };
    }
  }
}

/** A row that could not be taken apart, by what is known of it; only members that `columns` has, where given. */
function identityOf(planned: PlanRow, columns?: readonly string[]): JsonObject {
  const known = IDENTITY.filter((member) => planned[member] !== undefined && (columns?.includes(member) ?? true));
  return Object.fromEntries(known.map((member) => [member, planned[member] ?? null]));
}
