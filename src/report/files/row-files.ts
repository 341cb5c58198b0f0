import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import { batchPaths } from '../../batch/ledger/batch-folder.ts';
import { bundleRefs } from '../../batch/ledger/bundle-file.ts';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import { bundleCertificates, type CertificateVerdict, certificatesIn } from '../../hostname/certificates.ts';
import type { JsonObject } from '../../terms.ts';
import { rowNotes } from '../row-notes.ts';
import { publishRecords } from '../text/publish-records.ts';
import { pendingDcv, rowsWhere } from '../waiting-rows.ts';

const CERTIFICATE_COLUMNS = ['certificate', 'old_serials', 'old_sha256', 'new_serials', 'new_sha256'] as const;

/** The certificates of each bundle of a batch. */
type Certificates = ReadonlyMap<string, readonly JsonObject[]>;

async function bundlesOf({ folder }: BatchFold): Promise<Certificates> {
  const found = new Map<string, JsonObject[]>();
  for await (const ref of bundleRefs(batchPaths(folder).bundles)) found.set(ref.id, bundleCertificates(ref));
  return found;
}

/** What the API says of the certificates that a row brings, those before them and these; several of a pack have a space between. */
function certificateCells(planned: PlanRow, verdict: CertificateVerdict | undefined, bundles: Certificates): string[] {
  const listed = (certificates: readonly JsonObject[], member: 'serial_number' | 'fingerprint_sha256') =>
    certificates.flatMap((one) => one[member] ?? []).join(' ');
  const sides = certificateSides(planned, bundles).flatMap((side) => [
    listed(side, 'serial_number'),
    listed(side, 'fingerprint_sha256'),
  ]);
  return [verdict ?? '', ...sides];
}

/** A row that is skipped sends nothing: what it has, it had before, as far as answers showed that. */
function certificateSides(
  { decision, code, bundle, before, body }: PlanRow,
  bundles: Certificates,
): (readonly JsonObject[])[] {
  if (decision !== 'skip' || bundle === undefined) return [certificatesIn(before), certificatesIn(body)];
  const held = bundles.get(bundle.id) ?? [];
  return [code === 'ALREADY_SO' ? held : [], held];
}

export const SUCCEEDED_COLUMNS = [
  'row',
  'hostname',
  'custom_hostname_id',
  'zone_id',
  'outcome',
  'status',
  'ssl_status',
  'settlement',
  ...CERTIFICATE_COLUMNS,
] as const;

/** `succeeded.csv`: the rows edited and skipped, with the state of their hostnames as read last. */
export async function* succeededRows(fold: BatchFold, details: RowDetails): AsyncGenerator<string[]> {
  const { rows } = fold;
  const bundles = await bundlesOf(fold);
  for (const row of rowsWhere(fold, (at) => rows.holds(at))) {
    const planned = await details.planned(row);
    yield [
      String(row),
      planned.hostname ?? '',
      planned.custom_hostname_id ?? '',
      planned.zone_id ?? '',
      rows.outcomeOf(row),
      rows.status.at(row) ?? '',
      rows.sslStatus.at(row) ?? '',
      rows.settlementOf(row) ?? '',
      ...certificateCells(planned, rows.certificateOf(row), bundles),
      ...Object.values(rowNotes(fold.batch.manifest, planned)),
    ];
  }
}

export const OUTCOME_COLUMNS = [
  'row',
  'hostname',
  'custom_hostname_id',
  'zone_id',
  'outcome',
  'code',
  'message',
  'http_status',
  'status',
  'ssl_status',
  'settlement',
  'cf_ray',
  ...CERTIFICATE_COLUMNS,
] as const;

/** Every row with its outcome: what `report --format csv` prints. */
export async function* outcomeRows(fold: BatchFold, details: RowDetails): AsyncGenerator<string[]> {
  const { rows } = fold;
  const bundles = await bundlesOf(fold);
  for (const row of rowsWhere(fold, () => true)) {
    const planned = await details.planned(row);
    const decided = (await details.decided(row)) ?? { ...planned, http_status: undefined, cf_ray: undefined };
    yield [
      String(row),
      planned.hostname ?? '',
      planned.custom_hostname_id ?? '',
      planned.zone_id ?? '',
      rows.outcomeOf(row),
      decided.code ?? '',
      decided.message ?? '',
      String(decided.http_status ?? ''),
      rows.status.at(row) ?? '',
      rows.sslStatus.at(row) ?? '',
      rows.settlementOf(row) ?? '',
      decided.cf_ray ?? '',
      ...certificateCells(planned, rows.certificateOf(row), bundles),
      ...Object.values(rowNotes(fold.batch.manifest, planned)),
    ];
  }
}

export const PENDING_DCV_COLUMNS = [
  'hostname',
  'custom_hostname_id',
  'method',
  'purpose',
  'type',
  'name',
  'value',
  'ssl_status',
  'errors',
  'phase',
  'who_acts',
  'token_dies',
  'hostname_lost',
  'next_check',
  'estimated',
  'states_as_of',
] as const;

const DEADLINES = ['token_dies', 'hostname_lost', 'next_check'] as const;

/** `pending-dcv.csv`: one line per record to publish; a hostname of which no record is known still has a line. */
export async function* pendingDcvRows(fold: BatchFold, details: RowDetails): AsyncGenerator<string[]> {
  for await (const pending of pendingDcv(fold, details)) {
    const records = publishRecords(pending);
    const unknown = { purpose: '', type: '', name: '', value: '' };
    for (const { purpose, type, name, value } of records.length > 0 ? records : [unknown]) {
      yield [
        pending.hostname ?? '',
        pending.custom_hostname_id ?? '',
        pending.method ?? '',
        purpose,
        type,
        name,
        value,
        pending.ssl_status ?? '',
        pending.errors.join(' | '),
        pending.phase,
        pending.who_acts,
        ...DEADLINES.map((name) => pending.deadlines[name]?.at ?? ''),
        DEADLINES.filter((name) => pending.deadlines[name]?.estimate).join(' '),
        fold.readAt ?? '',
        ...Object.values(pending.notes),
      ];
    }
  }
}
