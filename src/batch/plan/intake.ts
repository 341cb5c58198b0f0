import type { Warning } from '../../bundles/bundle-source.ts';
import type { BundleLoader } from '../../bundles/checked-bundles.ts';
import { JsonLinesWriter, readJsonLines } from '../../disk/json-lines.ts';
import { type ProblemGroup, ProblemGroups } from '../../manifest/problem-groups.ts';
import type { Manifest } from '../../manifest/read-manifest.ts';
import type { InvalidRow, ManifestProblem, ManifestSummary, Row } from '../../manifest/row.ts';
import type { ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { problemOf, SharedFaults } from './shared-faults.ts';

/** A manifest taken in: its rows are in a file of the batch, so that it need not be read, or be the same, a second time. */
export interface Intake {
  /** Absent where the manifest as a whole is spoiled, or was not read to its end. */
  summary: ManifestSummary | undefined;
  /** Whether something is wrong with the manifest as a whole, so that no row of it may be sent. */
  spoiled: boolean;
  goodRows: number;
  /** Good rows that name no zone. */
  rowsWithoutZone: number;
  /** Zones that good rows name. */
  zones: Set<ZoneId>;
  invalidRows: number;
  /** The first problems, those that say the same together; as many as a person reads. */
  problems: ProblemGroup[];
  problemCount: number;
  /** What should be looked at of certificates, but stops nothing; absent where no row can bring any. */
  warnings?: Warning[];
  /** Whether reading ended before the manifest did, at `MOST_PROBLEMS`. */
  cutShort: boolean;
}

/** One line of the rows file; `planned` is decided whatever is live. */
export type IntakeLine = { row: Row } | { invalid: InvalidRow } | { planned: PlanRow };

/**
 * Where no row may be left out, reading ends at this many problems: nothing will be sent, nobody fixes more by hand between two
 * tries, and a small packed file may hold millions of bad rows, each of which costs disk.
 */
export const MOST_PROBLEMS = 5_000;

/**
 * Reads a manifest and writes its rows to `rowsPath`: to its end, whatever is wrong with it, where `skipInvalid`, and else
 * until there are `MOST_PROBLEMS`. Memory: one row at a time,
 * and what the duplicate check needs. `bundles` loads the certificates that rows ask for, so that no key gets into
 * the file. `onRow` is told the number of rows so far.
 */
export async function takeIn(
  manifest: Manifest,
  { rowsPath, bundles, skipInvalid }: { rowsPath: string; bundles: BundleLoader; skipInvalid: boolean },
  onRow: (rows: number) => void,
): Promise<Intake> {
  const intake: Intake = {
    summary: undefined,
    spoiled: false,
    goodRows: 0,
    rowsWithoutZone: 0,
    zones: new Set(),
    invalidRows: 0,
    problems: [],
    problemCount: 0,
    cutShort: false,
  };
  const shared = new SharedFaults();
  let rows = 0;
  const writer = await JsonLinesWriter.create(rowsPath);
  const groups = new ProblemGroups();
  const note = (problems: readonly ManifestProblem[]) => {
    for (const problem of problems) groups.add(problem);
    intake.problemCount = groups.count;
  };
  try {
    for await (const entry of manifest.entries) {
      if (!skipInvalid && intake.problemCount >= MOST_PROBLEMS) {
        intake.cutShort = true;
        break;
      }
      if (entry.kind === 'file') {
        intake.spoiled = true;
        note([entry.problem]);
        continue;
      }
      onRow(++rows);
      const line = entry.kind === 'invalid' ? { invalid: entry.invalid } : await withBundle(entry.row, bundles, shared);
      if ('invalid' in line) {
        intake.invalidRows++;
        if (!('shared' in line && line.shared)) note(line.invalid.problems);
        writer.write({ invalid: line.invalid } satisfies IntakeLine);
      } else {
        intake.goodRows++;
        if (line.row.zone_id === undefined) intake.rowsWithoutZone++;
        else intake.zones.add(line.row.zone_id);
        writer.write({ row: line.row } satisfies IntakeLine);
      }
      await writer.room();
    }
  } finally {
    await writer.close();
  }
  note(shared.problems());
  intake.problems = groups.list();
  if (!intake.spoiled && !intake.cutShort) intake.summary = manifest.summary();
  return intake;
}

/** The row with a reference to the bundle that it asks for; or the row refused, where that cannot be had. */
async function withBundle(
  { bundle: wish, ...row }: Row,
  bundles: BundleLoader,
  shared: SharedFaults,
): Promise<{ row: Row } | { invalid: InvalidRow; shared: boolean }> {
  if (wish === undefined) return { row };
  const found = await bundles.of(row, wish);
  if ('unmatched' in found) return { row: { ...row, unmatched: found.unmatched } };
  if ('ref' in found) {
    return { row: { ...row, change: { ...row.change, ssl: { ...row.change.ssl, bundle: found.ref } } } };
  }
  const { row: number, line, source } = row;
  const invalid = { row: number, line, source, problems: found.faults.map((fault) => problemOf(fault, row)) };
  return { invalid, shared: found.shared !== undefined && shared.add(found.shared, found.faults, row) };
}

/** The rows of an intake, in manifest order. */
export async function* intakeLines(rowsPath: string): AsyncGenerator<IntakeLine> {
  for await (const { value } of readJsonLines<IntakeLine>(rowsPath)) yield value;
}
