import pc from 'picocolors';
import { didText } from '../../batch/run/wave-verdict.ts';
import { OUTCOMES } from '../../terms.ts';
import { printable } from '../../text/printable.ts';
import type { CodeCount, Report } from '../report.ts';
import { sinceLines } from '../since/since-text.ts';
import { ROWS_SHOWN } from '../summary.ts';
import { bundleReportLines } from './bundle-text.ts';
import { formatDuration, formatInstant } from './format-time.ts';
import { nextSteps } from './next-steps.ts';
import { pendingLines } from './pending-text.ts';
import { tuningText } from './steered-text.ts';
import { counted, countTable, formatCount, wrapped } from './text-layout.ts';
import { type Mood, OUTCOME_WORDS, verdictOf } from './verdict.ts';

/** What the files of a report are for. */
export const FILE_PURPOSE: Record<string, string> = {
  'report.json': 'this report, for programs',
  'report.txt': 'this report as text',
  'report.html': 'this report for a browser, to search and to copy from',
  'succeeded.csv': 'rows edited and skipped, with the state of their hostnames',
  'failed.csv': 'rows failed, given up and rejected, with the reason',
  'unprocessed.csv': 'rows without an outcome',
  'pending-dcv.csv': 'every record that is still to be published',
  'failed.jsonl': 'as failed.csv, in the format of the manifest',
  'unprocessed.jsonl': 'as unprocessed.csv, in the format of the manifest',
};

/**
 * The report as text for a person, 80 columns wide, ending in a newline. Shows 20 hostnames of a list at most, and nothing
 * as still to come that was due before `now` (milliseconds since the epoch; the time the report tells of by default).
 */
export function renderText(report: Report, { color, now = 0 }: { color: boolean; now?: number }): string {
  const colors = pc.createColors(color);
  const paint: Record<Mood, (text: string) => string> = { good: colors.green, mixed: colors.yellow, bad: colors.red };
  const verdict = verdictOf(report);
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines];
  return [
    ...(report.since === null ? [] : sinceLines(report.since, colors.bold)),
    colors.bold(paint[verdict.mood](verdict.line)),
    '',
    ...reportFacts(report).flatMap(([label, text]) => fact(label, text)),
    ...section('Rows', countTable(OUTCOMES.map((outcome) => [OUTCOME_WORDS[outcome], report.counts[outcome]]))),
    ...section(`Hostnames of the rows edited and skipped${asOf(report)}`, settledLines(report)),
    ...section('Waves', waveReportLines(report)),
    ...section('Certificates', bundleReportLines(report)),
    ...section('Not in effect: accepted, but not shown by the API', notInEffectLines(report)),
    ...section(
      'Errors',
      report.errors.flatMap((error) => codeLines(error, colors.dim)),
    ),
    ...section(
      'Skipped',
      report.skips.flatMap((skip) => codeLines(skip, colors.dim)),
    ),
    ...section(
      'Remarks',
      report.remarks.flatMap((remark) => codeLines(remark, colors.dim)),
    ),
    ...section('Not active yet, the nearest deadlines first', pendingLines(report, colors.dim, now)),
    ...section(
      'Files',
      report.files.map((name) => `  ${name.padEnd(17)}  ${FILE_PURPOSE[name] ?? ''}`.trimEnd()),
    ),
    ...section('What to do next', nextSteps(report)),
    '',
  ].join('\n');
}

const asOf = ({ states_as_of }: Report): string =>
  states_as_of === null ? '' : `, states as of ${formatInstant(states_as_of)}`;

/** What batch it was, and how it went: labels and texts. */
export function reportFacts(report: Report): [label: string, text: string][] {
  const { calls, manifest, stopped } = report;
  const began = report.started_at === null ? 'not started' : `started ${formatInstant(report.started_at)}`;
  const ended = report.finished_at === null ? [] : [`finished ${formatInstant(report.finished_at)}`];
  return [
    ['Batch', report.batch],
    ['Manifest', `${manifest.path}, ${counted(manifest.rows, 'row')}`],
    ['sha256', manifest.sha256],
    ['Time', [began, ...ended, `worked ${formatDuration(report.duration_ms)}`].join(', ')],
    [
      'API calls',
      `${formatCount(calls.total)}: ${formatCount(calls.list)} list, ${formatCount(calls.read)} read, ${formatCount(calls.edit)} edit`,
    ],
    ...(report.cooling.length === 0 ? [] : [['Cooling', coolingText(report)] as [string, string]]),
    ...report.control.map((word): [string, string] => ['Steered', steeredFact(word)]),
    ...(stopped === null ? [] : [['Stopped', stopText(report)] as [string, string]]),
  ];
}

/** What each wave did, as it was judged. */
export function waveReportLines({ waves }: Report): string[] {
  return waves.flatMap((verdict) => [
    ...wrapped(didText(verdict), '  '),
    ...verdict.reasons.flatMap((reason) => wrapped(reason, '      ')),
  ]);
}

function steeredFact({ at, by, word, reason, until, tune }: Report['control'][number]): string {
  const what = [
    word,
    until === undefined ? '' : `until ${formatInstant(until)}`,
    tune === undefined ? '' : tuningText(tune),
  ];
  const why = reason === undefined ? '' : `: ${reason}`;
  return printable(`${what.filter(Boolean).join(' ')}, by ${by.user}@${by.host} at ${formatInstant(at)}${why}`);
}

function coolingText({ cooling }: Report): string {
  const last = cooling.at(-1);
  return `${counted(cooling.length, 'time')}${last === undefined ? '' : `, last until ${formatInstant(last.until)} (${last.reason})`}`;
}

function stopText({ stopped }: Report): string {
  const why = stopped?.reason === 'stop_rule' ? 'by a stop rule' : (stopped?.reason ?? 'interrupted');
  const what = [stopped?.code, stopped?.message].filter((text) => text !== null && text !== undefined).join(': ');
  const doubt = stopped?.in_doubt.length ?? 0;
  return [why, what, doubt > 0 ? `${counted(doubt, 'row')} in doubt` : ''].filter(Boolean).join('; ');
}

function settledLines({ settled }: Report): string[] {
  const rows: [string, number][] = [
    ['active', settled.active],
    ['pending', settled.pending],
    ['in error', settled.errored],
  ];
  if (settled.unknown > 0) rows.push(['not read', settled.unknown]);
  return rows.some(([, count]) => count > 0) ? countTable(rows) : [];
}

function notInEffectLines({ not_in_effect: rows, not_in_effect_count: count }: Report): string[] {
  const shown = rows.slice(0, ROWS_SHOWN);
  const lines = shown.flatMap((row) =>
    wrapped(`row ${row.row}, ${row.hostname ?? row.custom_hostname_id ?? ''}: ${row.not_shown.join(', ')}`, '  '),
  );
  return count > shown.length ? [...lines, `  and ${formatCount(count - shown.length)} more: see report.json`] : lines;
}

function codeLines(entry: CodeCount, dim: (text: string) => string): string[] {
  return [
    `  ${formatCount(entry.count)} x ${printable(entry.code)}`,
    ...wrapped(entry.advice, '      '),
    ...wrapped(sampleText(entry.sample), '      ').map(dim),
  ];
}

/** The first row that has a code, as a clause. */
export function sampleText({ row, hostname, message, cf_ray: ray }: CodeCount['sample']): string {
  const said = [message, ray === null || message?.includes(ray) ? '' : `(cf-ray ${ray})`].filter(Boolean).join(' ');
  return `e.g. row ${row}${hostname === null ? '' : `, ${hostname}`}${said === '' ? '' : `: ${said}`}`;
}

function fact(label: string, text: string): string[] {
  const indent = ' '.repeat(11);
  const [first = '', ...rest] = wrapped(text, indent);
  return [label.padEnd(11) + first.slice(indent.length), ...rest];
}
