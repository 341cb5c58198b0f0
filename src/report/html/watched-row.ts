import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import { kindOf } from '../../batch/waves/row-kind.ts';
import { saidOnce } from '../../dcv/finding.ts';
import { registrableDomain } from '../../dns/registrable-domain.ts';
import type { PendingDcv } from '../report.ts';
import { rowNotes } from '../row-notes.ts';
import { publishRecords } from '../text/publish-records.ts';
import { recordsToPublish } from '../text/to-publish.ts';
import { pendingRow } from '../waiting-rows.ts';
import type { WatchedRow } from './page/values.ts';

/** What is known of a row that somebody must look at, without what is not: many of them are kept in one file. */
export async function watchedRow(fold: BatchFold, details: RowDetails, row: number): Promise<WatchedRow> {
  const { rows } = fold;
  const planned = await details.planned(row);
  const decided = await details.decided(row);
  const hostname = planned.hostname ?? '';
  const { certificate_authority: ca, method, zone_id: zone } = kindOf(planned);
  const { code, message } = decided ?? planned;
  const pending = rows.waits(row) ? await pendingRow(fold, details, row) : undefined;
  const watched = {
    ...{ row, hostname },
    ...{ outcome: rows.outcomeOf(row), code, message, cf_ray: decided?.cf_ray, zone },
    ...{ ca: ca ?? pending?.certificate_authority ?? undefined, method: pending?.method ?? method },
    ...{ status: rows.status.at(row), ssl_status: rows.sslStatus.at(row), phase: rows.phaseOf(row) },
    ...(rows.notShown(row) && { not_shown: ((await details.settled(row)) ?? decided)?.not_shown }),
    ...(pending !== undefined && { customer: customerOf(row, hostname), ...ofWaiting(pending) }),
    ...(fold.batch.manifest.notes !== undefined && { notes: rowNotes(fold.batch.manifest, planned) }),
  };
  return Object.fromEntries(
    Object.entries(watched).filter(([, value]) => value !== undefined),
  ) as unknown as WatchedRow;
}

/** Whose hostname it is. */
const customerOf = (row: number, hostname: string): string =>
  hostname === '' ? `row ${row}` : registrableDomain(hostname);

function ofWaiting(pending: PendingDcv): Partial<WatchedRow> {
  const { hostname, phase, who_acts: who, errors, finding } = pending;
  const { token_dies, hostname_lost } = pending.deadlines;
  const deadline = [token_dies?.at, hostname_lost?.at].filter((at) => at !== undefined).sort()[0];
  const telling = finding?.evidence.filter(({ verdict }) => verdict === finding.verdict) ?? [];
  const seen = saidOnce(telling).map(
    (same) => `${same.map(({ name }) => name).join(', ')}: ${same[0]?.note ?? ''}, seen ${finding?.checked_at}`,
  );
  const records = hostname === null ? publishRecords(pending) : recordsToPublish({ ...pending, hostname }, undefined);
  return {
    ...{ who, phase },
    ...(deadline !== undefined && { deadline }),
    ...(errors.length > 0 && { errors }),
    ...(seen.length > 0 && { seen }),
    ...(records.length > 0 && { records }),
  };
}
