import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import { resumeCommand } from '../batch/ledger/batch-folder.ts';
import { stopExitCode } from '../batch/ledger/exit-code.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import { NO_CODE } from '../batch/ledger/row-table.ts';
import { adviceFor } from '../codes/code.ts';
import { type Cause, Causes, causeOfPending } from '../dcv/causes.ts';
import { withoutHosts } from '../hostname/complaint.ts';
import type { Outcome } from '../terms.ts';
import { bundleCounts } from './bundle-counts.ts';
import type { CodeCount, NotInEffect, Report } from './report.ts';
import { OUTCOME_WORDS } from './text/verdict.ts';
import { mostUrgent, notInEffect, pendingDcv, rowsWhere } from './waiting-rows.ts';

/** Rows of each list that a text shows; the files have all of them. */
export const ROWS_SHOWN = 20;

/** The files of a report, for a manifest of `format`. A row of CSV cannot carry types, so JSONL rows go back as JSONL. */
const reportFiles = (format: 'csv' | 'jsonl'): string[] => [
  'report.json',
  'report.txt',
  'report.html',
  'succeeded.csv',
  'failed.csv',
  'unprocessed.csv',
  'pending-dcv.csv',
  ...(format === 'jsonl' ? ['failed.jsonl', 'unprocessed.jsonl'] : []),
];

/**
 * Everything a report says, with `pending_dcv` (the most urgent first) and `not_in_effect` cut after `ROWS_SHOWN` rows, so
 * that it stays small.
 */
export async function summarise(fold: BatchFold, details: RowDetails): Promise<Report> {
  const { batch, calls, clock, ended, stopped, rows } = fold;
  const { errors, skips, remarks } = codesOf(fold);
  const settled = rows.settledCounts();
  return {
    version: batch.version,
    batch: batch.batch,
    state: ended !== undefined ? 'finished' : stopped !== undefined ? 'stopped' : 'unfinished',
    exit_code: exitCodeOf(fold),
    // Also with every row decided: what is left then is to settle.
    resume: ended === undefined && stopped?.reason !== 'cancelled' ? resumeCommand(batch.batch, fold.folder) : null,
    stopped: stopped === undefined ? null : stopOf(stopped),
    control: fold.control.said.map(({ v: _v, id: _id, ...word }) => word),
    started_at: fold.startedAt ?? null,
    finished_at: ended?.at ?? null,
    states_as_of: fold.readAt ?? null,
    duration_ms: clock.workedMs,
    manifest: {
      path: batch.manifest.path,
      rows: batch.manifest.rows,
      sha256: batch.manifest.sha256,
      format: batch.manifest.format,
    },
    zones: batch.zones,
    counts: { rows: rows.rows, ...rows.counts },
    settled,
    phases: { ...rows.phases },
    calls: { ...calls, total: calls.list + calls.read + calls.edit },
    duplicate_outcomes: fold.duplicateOutcomes,
    errors: await codeCounts(errors, details),
    skips: await codeCounts(skips, details),
    remarks: await codeCounts(remarks, details),
    causes: await causesOf(fold, details),
    waves: [...fold.gates.values()].map(({ wave, waves, did, reasons }) => ({ wave, waves, did, reasons })),
    cooling: fold.cooling.map(({ at, until, reason }) => ({ at, until, reason })),
    files: reportFiles(batch.manifest.format),
    since: null,
    bundles: await bundleCounts(fold, details),
    pending_dcv_count: settled.pending + settled.errored,
    not_in_effect_count: rows.notInEffect,
    pending_dcv: await mostUrgent(fold, details, ROWS_SHOWN),
    not_in_effect: await firstOf(notInEffect(fold, details)),
  };
}

/** Of a batch that was stopped: the exit code the stop gave; null while it is under way. */
function exitCodeOf({ ended, stopped }: BatchFold): number | null {
  if (ended !== undefined) return ended.exit_code;
  return stopped === undefined ? null : stopExitCode(stopped.reason);
}

/** How often a code occurs, and the first row that has it. */
type Codes = Map<string, { count: number; row: number }>;

/** The codes of rows that did not succeed, of those skipped, and remarked of those edited. */
function codesOf(fold: BatchFold): { errors: Codes; skips: Codes; remarks: Codes } {
  const { rows } = fold;
  const errors: Codes = new Map();
  const skips: Codes = new Map();
  const remarks: Codes = new Map();
  for (let row = 1; row <= rows.rows; row += 1) {
    const outcome = rows.outcomeOf(row);
    const remark = outcome === 'edited' ? rows.code.at(row) : undefined;
    if (remark !== undefined) count(remarks, remark, row);
    if (outcome === 'skipped') count(skips, rows.code.at(row) ?? NO_CODE, row);
    else if (outcome !== 'edited' && outcome !== 'unprocessed') count(errors, rows.code.at(row) ?? NO_CODE, row);
  }
  return { errors, skips, remarks };
}

function count(codes: Codes, code: string, row: number): void {
  const known = codes.get(code);
  if (known === undefined) codes.set(code, { count: 1, row });
  else known.count += 1;
}

async function codeCounts(codes: Codes, details: RowDetails): Promise<CodeCount[]> {
  const list: CodeCount[] = [];
  for (const [code, { count, row }] of codes) {
    const planned = await details.planned(row);
    const decided = await details.decided(row);
    const message = (decided ?? planned).message ?? null;
    const sample = { row, hostname: planned.hostname ?? null, message, cf_ray: decided?.cf_ray ?? null };
    list.push({ code, count, advice: adviceFor(code), sample });
  }
  return list.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

/** What failed, is not in effect, or is not active yet, by what they have in common. */
async function causesOf(fold: BatchFold, details: RowDetails): Promise<Cause[]> {
  const causes = new Causes();
  for (const row of rowsWhere(fold, (at) => NOT_DONE.has(fold.rows.outcomeOf(at)))) {
    const planned = await details.planned(row);
    causes.add(causeOfCode(fold, row, (await details.decided(row)) ?? planned), nameOf(planned));
  }
  for await (const row of notInEffect(fold, details)) {
    const what = `taken by the API, which does not show ${row.not_shown.join(', ')}`;
    causes.add({ who: 'operator', what, code: null, todo: NOT_SHOWN_TODO }, nameOf(row));
  }
  for await (const pending of pendingDcv(fold, details)) {
    const deadlines = Object.entries(pending.deadlines).filter(([, instant]) => instant !== null);
    causes.add(causeOfPending(pending), nameOf(pending), Object.fromEntries(deadlines));
  }
  return causes.list();
}

const NOT_DONE: ReadonlySet<Outcome> = new Set(['failed', 'gave_up', 'rejected']);
const NOT_SHOWN_TODO = 'Look at them in the dashboard; do not send the change again without having looked.';

/** The API's own sentence is said where the code is its own, as the registry then knows no better one. */
function causeOfCode(
  { rows }: BatchFold,
  row: number,
  { code = NO_CODE, message = '' }: { code?: string; message?: string },
) {
  const said = code.startsWith('CF_') && message !== '' ? `: ${withoutHosts(message)}` : '';
  const what = `${OUTCOME_WORDS[rows.outcomeOf(row)]}, ${code}${said}`;
  return { who: 'operator', what, code, todo: adviceFor(code) } as const;
}

const nameOf = ({ row, hostname, custom_hostname_id: id }: Pick<NotInEffect, 'row'> & Partial<NotInEffect>): string =>
  hostname ?? id ?? `row ${row}`;

const stopOf = (stopped: NonNullable<BatchFold['stopped']>): Report['stopped'] => ({
  reason: stopped.reason,
  code: stopped.code ?? null,
  message: stopped.message ?? null,
  in_doubt: stopped.in_doubt,
});

async function firstOf<T>(list: AsyncGenerator<T>): Promise<T[]> {
  const first: T[] = [];
  for await (const one of list) {
    first.push(one);
    if (first.length === ROWS_SHOWN) break;
  }
  return first;
}
