import { join } from 'node:path';
import { type BatchFold, foldBatch } from '../../batch/ledger/batch-fold.ts';
import { type RowDetails, withDetails } from '../../batch/ledger/row-details.ts';
import { guardUnlessToken } from '../../manifest/cell-guard.ts';
import type { Report } from '../report.ts';
import type { Comparison } from '../since/comparison.ts';
import { summarise } from '../summary.ts';
import { renderText } from '../text/report-text.ts';
import { handedBackCsv, handedBackJsonl } from './handed-back.ts';
import { reportJson } from './report-json.ts';
import {
  OUTCOME_COLUMNS,
  outcomeRows,
  PENDING_DCV_COLUMNS,
  pendingDcvRows,
  SUCCEEDED_COLUMNS,
  succeededRows,
} from './row-files.ts';
import { csvText, streamText } from './stream-file.ts';

/**
 * The report of a batch as it stands, its lists cut, with `comparison` as its `since`; writes nothing. Throws as
 * `foldBatch` does.
 */
export async function readReport(folder: string, comparison?: Comparison): Promise<Report> {
  const fold = await foldBatch(folder);
  return withDetails(fold, (details) => summary(fold, details, comparison));
}

/** Hands every row of a batch with its outcome to `take`, as pieces of CSV. Throws as `foldBatch` does. */
export async function outcomesCsv(folder: string, take: (text: string) => Promise<void>): Promise<void> {
  const fold = await foldBatch(folder);
  await withDetails(fold, async (details) => {
    for await (const text of csvText([...OUTCOME_COLUMNS, ...notesOf(fold)], outcomeRows(fold, details)))
      await take(text);
  });
}

/**
 * Writes all report files of a batch into its folder, each whole or not at all, private to its owner, and resolves with
 * the same report as `readReport`. `report.json` comes last: where it is new, the others are. Throws as `foldBatch`
 * does, and what the disk says.
 */
export async function writeReport(folder: string, comparison?: Comparison): Promise<Report> {
  const fold = await foldBatch(folder);
  return withDetails(fold, async (details) => {
    const report = await summary(fold, details, comparison);
    for (const [name, text] of reportFiles(report, fold, details, comparison))
      await streamText(join(folder, name), text);
    return report;
  });
}

/** Columns of the operator's own, which stand last. */
const notesOf = ({ batch }: BatchFold): readonly string[] => batch.manifest.notes ?? [];

async function summary(fold: BatchFold, details: RowDetails, comparison?: Comparison): Promise<Report> {
  const report = await summarise(fold, details);
  return comparison === undefined ? report : { ...report, since: await comparison.summary() };
}

/** Hands a file of the report to `take` in pieces, and writes nothing. Throws as `foldBatch` does. */
export async function reportFile(
  folder: string,
  name: string,
  take: (text: string) => Promise<void>,
  comparison?: Comparison,
): Promise<void> {
  const fold = await foldBatch(folder);
  await withDetails(fold, async (details) => {
    const report = await summary(fold, details, comparison);
    const text = new Map(reportFiles(report, fold, details, comparison)).get(name) ?? [];
    for await (const piece of text) await take(piece);
  });
}

/** Its libraries take time that who writes no file need not give. */
async function* htmlOf(report: Report, fold: BatchFold, details: RowDetails): AsyncGenerator<string> {
  const { reportHtml } = await import('../html/report-html.ts');
  yield* reportHtml(report, fold, details);
}

/** The files of a report, each with its text piece by piece. */
export function* reportFiles(
  report: Report,
  fold: BatchFold,
  details: RowDetails,
  comparison?: Comparison,
): Generator<[name: string, text: AsyncIterable<string> | Iterable<string>]> {
  yield ['succeeded.csv', csvText([...SUCCEEDED_COLUMNS, ...notesOf(fold)], succeededRows(fold, details))];
  yield [
    'pending-dcv.csv',
    csvText([...PENDING_DCV_COLUMNS, ...notesOf(fold)], pendingDcvRows(fold, details), guardUnlessToken),
  ];
  for (const kind of ['failed', 'unprocessed'] as const) {
    yield [`${kind}.csv`, handedBackCsv(kind, fold, details)];
    if (fold.batch.manifest.format === 'jsonl') yield [`${kind}.jsonl`, handedBackJsonl(kind, fold, details)];
  }
  yield ['report.txt', [renderText(report, { color: false, folder: fold.folder })]];
  yield ['report.html', htmlOf(report, fold, details)];
  yield ['report.json', reportJson(report, fold, details, comparison)];
}
