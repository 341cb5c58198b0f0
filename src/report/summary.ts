import { resumeCommand } from '../batch/ledger/batch-folder.ts';
import { stopExitCode } from '../batch/ledger/exit-code.ts';
import type { LedgerFold } from '../batch/ledger/ledger-fold.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import { HOSTNAME_PHASES } from '../hostname/phase.ts';
import { OUTCOMES, type Outcome } from '../terms.ts';
import { adviceFor } from './advice.ts';
import { bundleCounts } from './bundle-counts.ts';
import type { CodeCount, Report } from './report.ts';
import { isNotInEffect, mostUrgent, notInEffect } from './waiting-rows.ts';

/** Rows of each list that a text shows; the files have all of them. */
export const ROWS_SHOWN = 20;

/** Stands for the code of a row that was recorded without one. */
const NO_CODE = 'UNKNOWN';

/** The files of a report, for a manifest of `format`. A row of CSV cannot carry types, so JSONL rows go back as JSONL. */
const reportFiles = (format: 'csv' | 'jsonl'): string[] => [
  'report.json',
  'report.txt',
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
export async function summarise(fold: LedgerFold, details: RowDetails): Promise<Report> {
  const { batch, calls, clock, finished, stopped } = fold;
  const tally = tallied(fold);
  return {
    version: batch.version,
    batch: batch.batch,
    state: finished !== undefined ? 'finished' : stopped !== undefined ? 'stopped' : 'unfinished',
    exit_code: exitCodeOf(fold),
    // Also with every row decided: what is left then is to settle.
    resume: finished === undefined ? resumeCommand(batch.batch, fold.folder) : null,
    stopped: stopped === undefined ? null : stopOf(stopped),
    started_at: clock.startedAt ?? null,
    finished_at: finished?.at ?? null,
    duration_ms: clock.workedMs,
    manifest: {
      path: batch.manifest.path,
      rows: batch.manifest.rows,
      sha256: batch.manifest.sha256,
      format: batch.manifest.format,
    },
    zones: batch.zones,
    counts: { rows: fold.rows.rows, ...tally.counts },
    settled: tally.settled,
    phases: tally.phases,
    calls: { ...calls, total: calls.list + calls.read + calls.edit },
    duplicate_outcomes: fold.duplicateOutcomes,
    errors: await codeCounts(tally.errors, details),
    skips: await codeCounts(tally.skips, details),
    cooling: fold.cooling.map(({ at, until, reason }) => ({ at, until, reason })),
    files: reportFiles(batch.manifest.format),
    since: null,
    ...(await bundleCounts(fold, details)),
    pending_dcv_count: tally.settled.pending + tally.settled.errored,
    not_in_effect_count: tally.notInEffect,
    pending_dcv: await mostUrgent(fold, details, ROWS_SHOWN),
    not_in_effect: await firstOf(notInEffect(fold, details)),
  };
}

/** Of a batch that was stopped: the exit code the stop gave; null while it is under way. */
function exitCodeOf({ finished, stopped }: LedgerFold): number | null {
  if (finished !== undefined) return finished.exit_code;
  return stopped === undefined ? null : stopExitCode(stopped.reason);
}

/** How often a code occurs, and the first row that has it. */
type Codes = Map<string, { count: number; row: number }>;

function tallied(fold: LedgerFold) {
  const { rows } = fold;
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const settled: Report['settled'] = { active: 0, pending: 0, errored: 0, unknown: 0 };
  const phases = Object.fromEntries(HOSTNAME_PHASES.map((phase) => [phase, 0])) as Report['phases'];
  const errors: Codes = new Map();
  const skips: Codes = new Map();
  let accepted = 0;
  for (let row = 1; row <= rows.rows; row += 1) {
    const outcome = rows.outcomeOf(row);
    counts[outcome] += 1;
    if (rows.holds(row)) settled[rows.settlementOf(row) ?? 'unknown'] += 1;
    const phase = rows.holds(row) ? rows.phaseOf(row) : undefined;
    if (phase !== undefined) phases[phase] += 1;
    if (isNotInEffect(fold, row)) accepted += 1;
    if (outcome === 'skipped') count(skips, rows.code.at(row) ?? NO_CODE, row);
    else if (outcome !== 'edited' && outcome !== 'unprocessed') count(errors, rows.code.at(row) ?? NO_CODE, row);
  }
  return { counts, settled, phases, errors, skips, notInEffect: accepted };
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

const stopOf = (stopped: NonNullable<LedgerFold['stopped']>): Report['stopped'] => ({
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
