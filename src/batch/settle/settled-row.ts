import { CERTIFICATES_PATH, certificateVerdict, serialsOf, verdictOfSkipped } from '../../hostname/certificates.ts';
import { changedPaths, notShown } from '../../hostname/compare.ts';
import { deadlinesOf, type KnownPast } from '../../hostname/deadlines.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import { complaintsOf, phaseOfLive } from '../../hostname/live-phase.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import type { SettledRow } from '../ledger/ledger-event.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/**
 * What the ledger keeps of a hostname that was read again at `now` (milliseconds since the epoch). Records to publish,
 * and when that is too late, only matter until it is active.
 */
export function settledRow(row: PlanRow, live: LiveHostname, past: KnownPast, now: number): SettledRow {
  const { ssl } = live;
  const settlement = settlementOf(live.status, ssl?.status);
  const settled: SettledRow = { row: row.row, settlement, status: live.status };
  if (ssl !== undefined) settled.ssl_status = ssl.status;
  const missing = row.body === undefined ? [] : notShown(live, row.body, changedPaths(row.before ?? {}, row.body));
  settled.phase = phaseOfLive(live, past, now);
  if (row.bundle !== undefined) {
    settled.serials = serialsOf(live);
    settled.certificate =
      row.body === undefined ? verdictOfSkipped(row.code, settlement) : certificateVerdict(live, row.body, false);
    if (settled.certificate === 'another') missing.push(CERTIFICATES_PATH);
  }
  if (missing.length > 0) settled.not_shown = missing;
  if (settlement === 'active') return settled;
  settled.deadlines = deadlinesOf(live, past, now);
  if (ssl?.method !== undefined) settled.method = ssl.method;
  if (ssl?.certificate_authority !== undefined) settled.certificate_authority = ssl.certificate_authority;
  if (live.custom_metadata !== undefined) settled.custom_metadata = live.custom_metadata;
  if (ssl?.validation_records !== undefined) settled.records = ssl.validation_records;
  if (ssl?.dcv_delegation_records !== undefined) settled.delegation_records = ssl.dcv_delegation_records;
  if (live.ownership_verification !== undefined) settled.ownership_verification = live.ownership_verification;
  if (live.ownership_verification_http !== undefined) {
    settled.ownership_verification_http = live.ownership_verification_http;
  }
  const errors = complaintsOf(live);
  if (errors.length > 0) settled.errors = errors;
  return settled;
}
