import { complaintIn } from '../../hostname/complaint.ts';
import { phaseOf } from '../../hostname/phase.ts';
import { type PublishRecord, publishRecords, type ShownRecords } from './publish-records.ts';

/**
 * Exactly what has to be published so that a hostname becomes active, of all that the API shows: for the certificate the
 * delegation CNAME, which lasts, where there is one and validation is not by HTTP, else every token (a wildcard has two);
 * for the hostname its ownership TXT record, else the file. Tokens that have timed out are left out: the next order
 * brings new ones. Where its domain is on Cloudflare itself, the hostname has only to point at `target`, as far as that is
 * known; by that its certificate is proved, too, unless it is a wildcard's.
 */
export function recordsToPublish(
  shown: ShownRecords & {
    hostname: string;
    method: string | null;
    status: string;
    ssl_status: string | null;
    errors: readonly string[];
  },
  target: string | undefined,
): PublishRecord[] {
  const all = publishRecords(shown);
  const { hostname, method, status, ssl_status, errors } = shown;
  const pointing = mustPoint(status, errors);
  const records = [
    ...(pointing && !hostname.startsWith('*.') ? [] : certificateRecords(all, method, ssl_status)),
    ...(pointing ? routingRecords(hostname, target) : ownershipRecords(all, status)),
  ];
  const seen = new Set<string>();
  return records.filter((record) => {
    const text = JSON.stringify(record);
    return !seen.has(text) && seen.add(text);
  });
}

function certificateRecords(all: PublishRecord[], method: string | null, sslStatus: string | null): PublishRecord[] {
  const phase = sslStatus === null ? 'serving' : phaseOf('active', sslStatus, []);
  // Of certificates that are being ordered nothing is published yet but what lasts.
  const lasting = phase === 'stuck' || sslStatus === 'initializing';
  if (phase !== 'waiting_for_customer' && !lasting) return [];
  const delegation = all.filter(({ purpose, type }) => purpose === 'delegation' && type === 'CNAME');
  if (method !== 'http' && delegation.length > 0) return delegation;
  return lasting ? [] : all.filter(({ purpose }) => purpose === 'certificate');
}

const mustPoint = (status: string, errors: readonly string[]): boolean =>
  phaseOf(status, undefined, []) === 'waiting_for_customer' &&
  errors.some((error) => complaintIn(error) === 'domain_on_cloudflare');

const routingRecords = (name: string, target: string | undefined): PublishRecord[] =>
  target === undefined ? [] : [{ purpose: 'routing', type: 'CNAME', name, value: target }];

function ownershipRecords(all: PublishRecord[], status: string): PublishRecord[] {
  if (phaseOf(status, undefined, []) !== 'waiting_for_customer') return [];
  const forms = all.filter(({ purpose }) => purpose === 'ownership');
  const one = forms.find(({ type }) => type !== 'HTTP') ?? forms[0];
  return one === undefined ? [] : [one];
}
