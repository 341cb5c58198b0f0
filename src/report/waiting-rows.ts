import type { LedgerFold } from './ledger-fold.ts';
import type { NotInEffect, PendingDcv } from './report.ts';
import type { RowDetails } from './row-details.ts';

/** The rows for which `chosen` holds, in the order of the manifest. */
export function* rowsWhere(fold: LedgerFold, chosen: (row: number) => boolean): Generator<number> {
  for (let row = 1; row <= fold.rows.rows; row += 1) if (chosen(row)) yield row;
}

export const isNotInEffect = (fold: LedgerFold, row: number): boolean =>
  fold.rows.outcomeOf(row) === 'edited' && fold.rows.notShown(row);

/** Every row whose hostname is not active yet, with what has to be published for it as far as settling has read it. */
export async function* pendingDcv(fold: LedgerFold, details: RowDetails): AsyncGenerator<PendingDcv> {
  for (const row of rowsWhere(fold, (at) => fold.rows.waits(at))) {
    const planned = await details.planned(row);
    const settled = await details.settled(row);
    yield {
      row,
      hostname: planned.hostname ?? null,
      custom_hostname_id: planned.custom_hostname_id ?? null,
      zone_id: planned.zone_id ?? null,
      method: settled?.method ?? null,
      settlement: fold.rows.settlementOf(row) ?? 'pending',
      status: fold.rows.status.at(row) ?? '',
      ssl_status: fold.rows.sslStatus.at(row) ?? null,
      records: settled?.records ?? [],
      delegation_records: settled?.delegation_records ?? [],
      ownership_verification: settled?.ownership_verification ?? null,
      ownership_verification_http: settled?.ownership_verification_http ?? null,
      errors: settled?.errors ?? [],
    };
  }
}

/** Every row the API accepted without showing its change. */
export async function* notInEffect(fold: LedgerFold, details: RowDetails): AsyncGenerator<NotInEffect> {
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
