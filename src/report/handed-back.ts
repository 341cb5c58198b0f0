import type { PlanRow } from '../batch/plan-row.ts';
import { csvWriter, jsonLine, type ReturnedRow } from '../manifest/write-rows.ts';
import type { JsonObject, Outcome } from '../terms.ts';
import type { LedgerFold } from './ledger-fold.ts';
import type { RowDetails } from './row-details.ts';
import { rowsWhere } from './waiting-rows.ts';

/** Rows that did not succeed, and rows nothing is recorded of: each kind becomes a manifest again. */
export type HandedBack = 'failed' | 'unprocessed';
const FAILED: ReadonlySet<Outcome> = new Set(['failed', 'gave_up', 'rejected']);

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

/** The rows as CSV under the columns of the manifest; of a JSONL manifest, whose types CSV cannot carry, who they are. */
export async function* handedBackCsv(kind: HandedBack, fold: LedgerFold, details: RowDetails): AsyncGenerator<string> {
  const { format, header = IDENTITY } = fold.batch.manifest;
  const columns = format === 'csv' ? header : IDENTITY;
  const writer = csvWriter(columns);
  yield writer.header();
  let group: ReturnedRow[] = [];
  for await (const { planned, reason } of handedBack(kind, fold, details)) {
    const source = Array.isArray(planned.source) ? planned.source : identityCells(planned, columns);
    group.push({ source, ...reason });
    if (group.length < GROUP) continue;
    yield writer.lines(group);
    group = [];
  }
  yield writer.lines(group);
}

/** The rows as lines of JSONL: the object of the manifest with two members more. */
export async function* handedBackJsonl(
  kind: HandedBack,
  fold: LedgerFold,
  details: RowDetails,
): AsyncGenerator<string> {
  for await (const { planned, reason } of handedBack(kind, fold, details)) {
    const source = planned.source === undefined || Array.isArray(planned.source) ? identityOf(planned) : planned.source;
    yield jsonLine({ source, ...reason });
  }
}

async function* handedBack(kind: HandedBack, fold: LedgerFold, details: RowDetails) {
  const inDoubt = new Set(fold.stopped?.in_doubt);
  const chosen = (row: number): boolean => {
    const outcome = fold.rows.outcomeOf(row);
    return kind === 'failed' ? FAILED.has(outcome) : outcome === 'unprocessed';
  };
  for (const row of rowsWhere(fold, chosen)) {
    const planned = await details.planned(row);
    if (kind === 'unprocessed') {
      yield { planned, reason: inDoubt.has(row) ? IN_DOUBT : UNPROCESSED };
    } else {
      const { code = '', message = '' } = (await details.decided(row)) ?? planned;
      yield { planned, reason: { code, message } };
    }
  }
}

function identityCells(planned: PlanRow, columns: readonly string[]): string[] {
  const identity = new Map<string, string | undefined>(IDENTITY.map((member) => [member, planned[member]]));
  return columns.map((column) => identity.get(column.trim()) ?? '');
}

const identityOf = (planned: PlanRow): JsonObject =>
  Object.fromEntries(IDENTITY.flatMap((member) => (planned[member] === undefined ? [] : [[member, planned[member]]])));
