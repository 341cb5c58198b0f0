import { join } from 'node:path';
import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import { bundleRefs } from '../batch/ledger/bundle-file.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import type { BundleRef } from '../certificate/bundle.ts';
import { adviceFor } from '../codes/code.ts';
import { CERTIFICATES_PATH } from '../hostname/certificates.ts';
import type { BundleReport } from './report.ts';

/** Bundles that a report lists; hostnames of each that it names, and kinds of certificates found in their place. */
const BUNDLES_LISTED = 100;
const HOSTNAMES_NAMED = 20;
const OLD_TOLD = 10;

interface Bundles {
  bundles: BundleReport[];
  bundle_count: number;
}

/** Counts, by bundle, on how many hostnames it is served, is not yet, or failed. The most used first. */
export async function bundleCounts(fold: BatchFold, details: RowDetails): Promise<Bundles> {
  const byId = new Map<string, BundleReport>();
  for await (const ref of bundleRefs(join(fold.folder, 'bundles.jsonl'))) byId.set(ref.id, emptyCounts(ref));
  if (byId.size === 0) return { bundles: [], bundle_count: 0 };
  for (let row = 1; row <= fold.rows.rows; row += 1) {
    const { bundle, hostname } = await details.planned(row);
    const counts = bundle === undefined ? undefined : byId.get(bundle.id);
    if (counts !== undefined) await countRow(counts, { fold, details, row, name: hostname ?? `row ${row}` });
  }
  const used = [...byId.values()].filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
  return { bundles: used.slice(0, BUNDLES_LISTED), bundle_count: used.length };
}

const emptyCounts = ({ id, name, certificates }: BundleRef): BundleReport => ({
  bundle: id,
  name,
  certificates: certificates.map(({ hosts: _, ...facts }) => facts),
  rows: 0,
  serving: 0,
  deploying: 0,
  old: 0,
  failed: 0,
  unprocessed: 0,
  old_hostnames: [],
  old_serials: [],
  errors: [],
});

async function countRow(
  counts: BundleReport,
  { fold, details, row, name }: { fold: BatchFold; details: RowDetails; row: number; name: string },
): Promise<void> {
  const { rows } = fold;
  const outcome = rows.outcomeOf(row);
  counts.rows += 1;
  if (outcome === 'unprocessed') counts.unprocessed += 1;
  else if (!rows.holds(row)) {
    counts.failed += 1;
    const code = rows.code.at(row) ?? 'UNKNOWN';
    const known = counts.errors.find((error) => error.code === code);
    if (known !== undefined) known.count += 1;
    else counts.errors.push({ code, count: 1, advice: adviceFor(code) });
  } else {
    const last = rows.notShown(row) ? ((await details.settled(row)) ?? (await details.decided(row))) : undefined;
    if (last?.not_shown?.includes(CERTIFICATES_PATH) === true) noteOld(counts, name, last.serials ?? []);
    else if (rows.settlementOf(row) === 'active') counts.serving += 1;
    else counts.deploying += 1;
  }
}

function noteOld(counts: BundleReport, name: string, serials: string[]): void {
  counts.old += 1;
  if (counts.old_hostnames.length < HOSTNAMES_NAMED) counts.old_hostnames.push(name);
  const known = counts.old_serials.find((old) => old.serial_numbers.join() === serials.join());
  if (known !== undefined) known.count += 1;
  else if (counts.old_serials.length < OLD_TOLD) counts.old_serials.push({ serial_numbers: serials, count: 1 });
}
