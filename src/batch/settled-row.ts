import { serialsOf } from '../hostname/certificates.ts';
import { changedPaths, notShown } from '../hostname/compare.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { settlementOf } from '../hostname/settlement.ts';
import type { SettledRow } from './ledger-event.ts';
import type { PlanRow } from './plan-row.ts';

/** What the ledger keeps of a hostname that was read again. Records to publish only matter until it is active. */
export function settledRow(row: PlanRow, live: LiveHostname): SettledRow {
  const { ssl } = live;
  const settlement = settlementOf(live.status, ssl?.status);
  const settled: SettledRow = { row: row.row, settlement, status: live.status };
  if (ssl !== undefined) settled.ssl_status = ssl.status;
  const missing = row.body === undefined ? [] : notShown(live, row.body, changedPaths(row.before ?? {}, row.body));
  if (missing.length > 0) settled.not_shown = missing;
  if (row.bundle !== undefined) settled.serials = serialsOf(live);
  if (settlement === 'active') return settled;
  if (ssl?.method !== undefined) settled.method = ssl.method;
  if (ssl?.validation_records !== undefined) settled.records = ssl.validation_records;
  if (ssl?.dcv_delegation_records !== undefined) settled.delegation_records = ssl.dcv_delegation_records;
  if (live.ownership_verification !== undefined) settled.ownership_verification = live.ownership_verification;
  if (live.ownership_verification_http !== undefined) {
    settled.ownership_verification_http = live.ownership_verification_http;
  }
  const errors = [...(ssl?.validation_errors ?? []), ...(live.verification_errors ?? [])];
  if (errors.length > 0) settled.errors = errors;
  return settled;
}
