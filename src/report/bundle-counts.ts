import { join } from 'node:path';
import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import { bundleRefs } from '../batch/ledger/bundle-file.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import type { BundleRef } from '../certificate/bundle.ts';
import { adviceFor } from '../codes/code.ts';
import type { BundleReport } from './report.ts';

/** Hostnames of a bundle that a report names, and kinds of certificates found in its place. */
const HOSTNAMES_NAMED = 20;
const OTHERS_TOLD = 10;

/** Counts, by bundle, on how many hostnames it is served, is not shown to be, or failed. The most used first. */
export async function bundleCounts(fold: BatchFold, details: RowDetails): Promise<BundleReport[]> {
  const byId = new Map<string, BundleReport>();
  for await (const ref of bundleRefs(join(fold.folder, 'bundles.jsonl'))) byId.set(ref.id, emptyCounts(ref));
  if (byId.size === 0) return [];
  for (let row = 1; row <= fold.rows.rows; row += 1) {
    const { bundle, hostname } = await details.planned(row);
    const counts = bundle === undefined ? undefined : byId.get(bundle.id);
    if (counts !== undefined) await countRow(counts, { fold, details, row, name: hostname ?? `row ${row}` });
  }
  return [...byId.values()].filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
}

const emptyCounts = ({ id, name, certificates }: BundleRef): BundleReport => ({
  bundle: id,
  name,
  certificates: certificates.map(({ hosts: _, ...facts }) => facts),
  rows: 0,
  serving: 0,
  another: 0,
  not_shown: 0,
  failed: 0,
  unprocessed: 0,
  another_hostnames: [],
  another_serials: [],
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
    const verdict = rows.certificateOf(row);
    if (verdict === 'new') counts.serving += 1;
    else if (verdict !== 'another') counts.not_shown += 1;
    else noteAnother(counts, name, ((await details.settled(row)) ?? (await details.decided(row)))?.serials ?? []);
  }
}

function noteAnother(counts: BundleReport, name: string, serials: string[]): void {
  counts.another += 1;
  if (counts.another_hostnames.length < HOSTNAMES_NAMED) counts.another_hostnames.push(name);
  const known = counts.another_serials.find((old) => old.serial_numbers.join() === serials.join());
  if (known !== undefined) known.count += 1;
  else if (counts.another_serials.length < OTHERS_TOLD)
    counts.another_serials.push({ serial_numbers: serials, count: 1 });
}
