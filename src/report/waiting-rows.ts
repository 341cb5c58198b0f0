import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import type { Actor } from '../hostname/actor.ts';
import type { HostnamePhase } from '../hostname/phase.ts';
import { WHO_ACTS } from '../hostname/who-acts.ts';
import type { DeadlinesOrNull, NotInEffect, PendingDcv } from './report.ts';
import { rowNotes } from './row-notes.ts';

/** The rows for which `chosen` holds, in the order of the manifest. */
export function* rowsWhere(fold: BatchFold, chosen: (row: number) => boolean): Generator<number> {
  for (let row = 1; row <= fold.rows.rows; row += 1) if (chosen(row)) yield row;
}

const isNotInEffect = (fold: BatchFold, row: number): boolean =>
  fold.rows.outcomeOf(row) === 'edited' && fold.rows.notShown(row);

/** Every row whose hostname is not active yet, with what has to be published for it as far as settling has read it. */
export async function* pendingDcv(fold: BatchFold, details: RowDetails): AsyncGenerator<PendingDcv> {
  for (const row of rowsWhere(fold, (at) => fold.rows.waits(at))) yield await pendingRow(fold, details, row);
}

/** The rows for which `chosen` holds, those with the nearest deadline first, then in the order of the manifest. */
export function soonestFirst(fold: BatchFold, chosen: (row: number) => boolean): Uint32Array {
  const deadline = (row: number): number => fold.rows.deadlineOf(row) ?? Number.MAX_SAFE_INTEGER;
  return Uint32Array.from(rowsWhere(fold, chosen)).sort((a, b) => deadline(a) - deadline(b) || a - b);
}

/** The rows that wait, those with the nearest deadline first, `most` at most. */
export async function mostUrgent(fold: BatchFold, details: RowDetails, most: number): Promise<PendingDcv[]> {
  const pending: PendingDcv[] = [];
  for (const row of soonestFirst(fold, (at) => fold.rows.waits(at)).subarray(0, most))
    pending.push(await pendingRow(fold, details, row));
  return pending;
}

/** What is known of a row that waits. */
export async function pendingRow(fold: BatchFold, details: RowDetails, row: number): Promise<PendingDcv> {
  const planned = await details.planned(row);
  const settled = await details.settled(row);
  const phase = fold.rows.phaseOf(row) ?? 'unrecognised';
  const { token_dies = null, hostname_lost = null, next_check = null } = settled?.deadlines ?? {};
  return {
    row,
    hostname: planned.hostname ?? null,
    custom_hostname_id: planned.custom_hostname_id ?? null,
    zone_id: planned.zone_id ?? null,
    phase,
    who_acts: whoActs(phase, settled?.errors, planned.finding),
    deadlines: { token_dies, hostname_lost, next_check },
    method: settled?.method ?? null,
    certificate_authority: settled?.certificate_authority ?? null,
    settlement: fold.rows.settlementOf(row) ?? 'pending',
    status: fold.rows.status.at(row) ?? '',
    ssl_status: fold.rows.sslStatus.at(row) ?? null,
    records: settled?.records ?? [],
    delegation_records: settled?.delegation_records ?? [],
    ownership_verification: settled?.ownership_verification ?? null,
    ownership_verification_http: settled?.ownership_verification_http ?? null,
    errors: settled?.errors ?? [],
    notes: rowNotes(fold.batch.manifest, planned),
    finding: planned.finding ?? null,
  };
}

/**
 * Who must act on a hostname in `phase`. A look that found it not ready knows better than the API's statuses; one that saw
 * nothing leaves it open, unless the API complains.
 */
export function whoActs(
  phase: HostnamePhase,
  errors: readonly string[] = [],
  finding?: { verdict: string; who: Actor },
): Actor {
  if (finding === undefined || finding.verdict === 'ready') return WHO_ACTS[phase];
  return finding.who === 'unknown' && errors.length > 0 ? WHO_ACTS[phase] : finding.who;
}

/** `deadlines` without a check that was to come before `now` (milliseconds since the epoch). */
export const stillToCome = (deadlines: DeadlinesOrNull, now: number): DeadlinesOrNull => {
  const { next_check } = deadlines;
  return next_check !== null && Date.parse(next_check.at) <= now ? { ...deadlines, next_check: null } : deadlines;
};

/** Every row the API accepted without showing its change. */
export async function* notInEffect(fold: BatchFold, details: RowDetails): AsyncGenerator<NotInEffect> {
  for (const row of rowsWhere(fold, (at) => isNotInEffect(fold, at))) {
    const planned = await details.planned(row);
    const read = (await details.settled(row)) ?? (await details.decided(row));
    yield {
      row,
      hostname: planned.hostname ?? null,
      custom_hostname_id: planned.custom_hostname_id ?? null,
      not_shown: read?.not_shown ?? [],
    };
  }
}
