import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import { Doctor, type DoctorOptions } from '../dcv/doctor.ts';
import type { Finding } from '../dcv/finding.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { HostrollError } from '../terms.ts';

/**
 * Looks in DNS and HTTP, now, at the hostname of one row as its authority would. What is to be found there is what the batch has
 * read last: nothing is asked of the API, which would cost budget. Throws `DNS_UNREACHABLE`, and `ROW_UNKNOWN` where the row has
 * no hostname of which a state is known.
 */
export async function lookAgain(
  { fold, details }: { fold: BatchFold; details: RowDetails },
  row: number,
  options: DoctorOptions,
): Promise<Finding> {
  const live = await lastRead(fold, details, row);
  if (live === undefined)
    throw new HostrollError('ROW_UNKNOWN', `Of row ${row} no hostname is known that could be looked at.`);
  const doctor = new Doctor(options);
  try {
    await doctor.probe();
    return await doctor.examine(live);
  } finally {
    await doctor.close();
  }
}

/** The hostname of a row as it was read last. */
async function lastRead({ rows }: BatchFold, details: RowDetails, row: number): Promise<LiveHostname | undefined> {
  const { hostname, custom_hostname_id: id, zone_id, body, before } = await details.planned(row);
  const settled = await details.settled(row);
  const [status, sslStatus] = [rows.status.at(row), rows.sslStatus.at(row)];
  if (hostname === undefined || id === undefined || zone_id === undefined || status === undefined) return undefined;
  const { errors = [], records, delegation_records, method, certificate_authority } = settled ?? {};
  const ssl = { ...(before?.ssl as object | undefined), ...(body?.ssl as object | undefined) };
  return {
    ...{ id, zone_id, hostname, status },
    ...(status !== 'active' && { verification_errors: errors }),
    ...(settled?.ownership_verification && { ownership_verification: settled.ownership_verification }),
    ...(settled?.ownership_verification_http && { ownership_verification_http: settled.ownership_verification_http }),
    ...(sslStatus !== undefined && {
      ssl: {
        ...ssl,
        ...{ status: sslStatus, wildcard: hostname.startsWith('*.') || ('wildcard' in ssl && ssl.wildcard === true) },
        ...(method !== undefined && { method }),
        ...(certificate_authority !== undefined && { certificate_authority }),
        ...(records && { validation_records: records }),
        ...(delegation_records && { dcv_delegation_records: delegation_records }),
        ...(sslStatus !== 'active' && { validation_errors: errors }),
      },
    }),
  };
}
