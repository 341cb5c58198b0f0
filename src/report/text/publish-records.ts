import type { OwnershipVerificationHttp, ValidationRecord } from '../../hostname/live.ts';
import type { PendingDcv } from '../report.ts';

/** One thing a customer can publish so that a hostname becomes active. */
export interface PublishRecord {
  /**
   * `certificate` proves control for the certificate, `delegation` does so once and for all in its place, `ownership`
   * proves control of the hostname itself (one of its forms is enough), `routing` lets it lead to the SaaS target.
   */
  purpose: 'certificate' | 'delegation' | 'ownership' | 'routing';
  type: 'TXT' | 'CNAME' | 'HTTP' | 'EMAIL';
  /** A DNS name, or the URL at which `value` must be served; empty for EMAIL, whose value lists the addressees. */
  name: string;
  value: string;
}

/** What the API showed of one hostname to publish. */
export type ShownRecords = Pick<
  PendingDcv,
  'records' | 'delegation_records' | 'ownership_verification' | 'ownership_verification_http'
>;

/** Everything there is to publish for one hostname, certificate first. */
export function publishRecords(pending: ShownRecords): PublishRecord[] {
  const records = [
    ...pending.records.flatMap((record) => ofValidation('certificate', record)),
    ...pending.delegation_records.flatMap((record) => ofValidation('delegation', record)),
  ];
  const ownership = pending.ownership_verification;
  if (ownership?.name !== undefined && ownership.value !== undefined) {
    const type = ownership.type?.toUpperCase() === 'CNAME' ? 'CNAME' : 'TXT';
    records.push({ purpose: 'ownership', type, name: ownership.name, value: ownership.value });
  }
  if (pending.ownership_verification_http !== null) {
    records.push(...ofHttp('ownership', pending.ownership_verification_http));
  }
  return records;
}

function ofValidation(purpose: PublishRecord['purpose'], record: ValidationRecord): PublishRecord[] {
  const records: PublishRecord[] = [];
  if (record.txt_name !== undefined && record.txt_value !== undefined) {
    records.push({ purpose, type: 'TXT', name: record.txt_name, value: record.txt_value });
  }
  if (record.cname !== undefined && record.cname_target !== undefined) {
    records.push({ purpose, type: 'CNAME', name: record.cname, value: record.cname_target });
  }
  records.push(...ofHttp(purpose, record));
  if (record.emails !== undefined && record.emails.length > 0) {
    records.push({ purpose, type: 'EMAIL', name: '', value: record.emails.join(' ') });
  }
  return records;
}

function ofHttp(purpose: PublishRecord['purpose'], http: OwnershipVerificationHttp): PublishRecord[] {
  if (http.http_url === undefined || http.http_body === undefined) return [];
  return [{ purpose, type: 'HTTP', name: http.http_url, value: http.http_body }];
}
