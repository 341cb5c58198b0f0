import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import { ACTOR_WORDS, PHASE_WORDS } from '../../hostname/phase-words.ts';
import { WHO_ACTS } from '../../hostname/who-acts.ts';
import { printable, printableLines } from '../../text/printable.ts';
import type { CodeCount, Report } from '../report.ts';
import { sinceLines } from '../since/since-text.ts';
import { bundleReportLines } from '../text/bundle-text.ts';
import { nextSteps } from '../text/next-steps.ts';
import { FILE_PURPOSE, reportFacts, sampleText, waveReportLines } from '../text/report-text.ts';
import { verdictOf } from '../text/verdict.ts';
import { builtPage } from './built-page.ts';
import type { CodeRow, ReportPage } from './page/values.ts';
import { rowsToLookAt } from './rows-to-look-at.ts';

/**
 * `report.html`: one file that needs no network and no server, with its own style and script and nothing else that could run
 * (`Content-Security-Policy`). Its first screen is there without the script. Below 5 MB, however many rows the batch has.
 */
export async function* reportHtml(report: Report, fold: BatchFold, details: RowDetails): AsyncGenerator<string> {
  const page = await pageOf(report, fold, details);
  const [style, script, { firstScreen }] = await Promise.all([
    readFile(builtPage('style.css'), 'utf8'),
    readFile(builtPage('report.js'), 'utf8'),
    import(builtPage('first-screen.js')) as Promise<{ firstScreen(page: ReportPage): string }>,
  ]);
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>hostroll ${page.batch}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page">`;
  yield firstScreen(page);
  yield '</div>\n<script type="application/json" id="data">';
  const { rows, ...rest } = page;
  yield `${inScript(rest).slice(0, -1)},"rows":[`;
  for (const [at, row] of rows.entries()) yield `${at === 0 ? '' : ','}\n${inScript(row)}`;
  yield `\n]}</script>\n<script type="module">${script}</script>\n</body>\n</html>\n`;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** JSON that ends no script, whatever a hostname or the API says. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

async function pageOf(report: Report, fold: BatchFold, details: RowDetails): Promise<ReportPage> {
  const { rows, leftOut } = await rowsToLookAt(fold, details);
  const { rows: _, ...outcomes } = report.counts;
  const { active, pending, errored, unknown } = report.settled;
  const text = (title: string, lines: string[]) => ({ title, text: printableLines(lines.join('\n')) });
  const page: ReportPage = {
    ...{ batch: report.batch, version: report.version, verdict: verdictOf(report), facts: reportFacts(report) },
    ...{ outcomes, hostnames: { active, pending, errored, 'not read': unknown } },
    phases: Object.entries(report.phases).flatMap(([name, count]) => {
      const phase = name as keyof typeof PHASE_WORDS;
      if (count === 0 || phase === 'serving') return [];
      return [{ text: `${PHASE_WORDS[phase]}: ${ACTOR_WORDS[WHO_ACTS[phase]]}`, count }];
    }),
    codes: [
      { title: 'What went wrong', codes: report.errors.map(codeRow) },
      { title: 'Skipped', codes: report.skips.map(codeRow) },
      { title: 'Remarks', codes: report.remarks.map(codeRow) },
    ],
    texts: [
      text('What to do next', nextSteps(report)),
      text('Since', report.since === null ? [] : sinceLines(report.since, (line) => line)),
      text('Waves', waveReportLines(report)),
      text('Certificates', bundleReportLines(report)),
    ].filter((one) => one.text !== ''),
    files: report.files.map((name) => ({ name, does: FILE_PURPOSE[name] ?? '' })),
    rows: [],
    left_out: leftOut,
  };
  // What nobody would see, or what turns a text around, is shown as an escape, as everywhere.
  return shown({ ...page, rows });
}

const codeRow = ({ code, count, advice, sample }: CodeCount): CodeRow => ({
  ...{ code, count, advice, sample: sampleText(sample) },
});

const shown = (page: ReportPage): ReportPage =>
  JSON.parse(JSON.stringify(page), (name, value) =>
    typeof value === 'string' && name !== 'text' ? printable(value) : value,
  );
