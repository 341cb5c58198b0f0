import pc from 'picocolors';
import { didText } from '../../batch/run/wave-verdict.ts';
import type { Cause } from '../../dcv/causes.ts';
import { formatDuration, formatInstant } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import { clipped, counted, cut, formatCount, TEXT_WIDTH, wrapped } from '../../text/text-layout.ts';
import type { CodeCount, Report } from '../report.ts';
import { sinceLines } from '../since/since-text.ts';
import { bundleReportLines } from './bundle-text.ts';
import { causeLines } from './causes-text.ts';
import { nextSteps } from './next-steps.ts';
import { tuningText } from './steered-text.ts';
import { type Mood, verdictOf } from './verdict.ts';

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

/** Lines of a report on a terminal: what one sees at a glance, whatever the batch. */
const REPORT_LINES = 40;

export interface ReportStyle {
  color: boolean;
  /** Milliseconds since the epoch; the time the report tells of by default. Nothing that was due before is said to come. */
  now?: number;
  /** Folder of the batch, as commands are to name it. */
  folder?: string;
  /** The same as a full path, for readers who are elsewhere. */
  files?: string;
}

/**
 * The report as text for a person, 80 columns wide, ending in a newline: what happened, what failed and why, who must do what
 * next, and where the rest is, in `REPORT_LINES` lines at most.
 */
export function renderText(report: Report, { color, now = 0, folder, files }: ReportStyle): string {
  const colors = pc.createColors(color);
  const { bold, dim } = colors;
  const paint: Record<Mood, (text: string) => string> = { good: colors.green, mixed: colors.yellow, bad: colors.red };
  const verdict = verdictOf(report);
  const since = report.since === null ? [] : clipped(sinceLines(report.since, bold), SINCE_LINES);
  const top = [
    ...since,
    ...clipped(wrapped(verdict.line, ''), 2).map((line) => bold(paint[verdict.mood](line))),
    ...factLines(report, since.length > 0 ? FEW_DETAILS : DETAILS),
  ];
  const bottom = [...section([bold('What to do next')], nextSteps(report, folder)), ...fileLines(report, files, bold)];
  const causes = [...report.causes, ...report.remarks.map(remarkCause)];
  const room = REPORT_LINES - top.length - bottom.length - 1;
  const style = { room, bold, dim, now, rest: 'report.json' };
  return [...top, ...section([], causeLines(causes, style)), ...bottom, ''].join('\n');
}

/** Lines that may be taken by what has changed since, and by what is worth knowing of the run. */
const SINCE_LINES = 13;
const DETAILS = 8;
const FEW_DETAILS = 3;

/** Lines under a title, a line between them and what stands before; nothing where there are none. */
const section = (title: string[], lines: string[]): string[] => (lines.length === 0 ? [] : ['', ...title, ...lines]);

/** What is to be remarked of rows that are edited all the same. */
const remarkCause = ({ code, count, advice, sample }: CodeCount): Cause => ({
  ...{ who: 'nobody', what: `edited, ${code}`, code, todo: advice, count },
  ...{ examples: [sample.hostname ?? `row ${sample.row}`], domains: [], deadlines: {} },
});

/** What batch it was, and how it went: labels and texts. */
export function reportFacts(report: Report): [label: string, text: string][] {
  const { calls, manifest, stopped, settled, skips } = report;
  const began = report.started_at === null ? 'not started' : formatInstant(report.started_at);
  const ended = report.finished_at === null ? '' : ` to ${formatInstant(report.finished_at)}`;
  const kinds = parts([calls.list, 'list'], [calls.read, 'read'], [calls.edit, 'edit']);
  const states = parts(
    [settled.active, 'active'],
    [settled.pending, 'pending'],
    [settled.errored, 'in error'],
    [settled.unknown, 'not read'],
  );
  const asOf = report.states_as_of === null ? '' : `, as of ${formatInstant(report.states_as_of)}`;
  const facts: [label: string, text: string][] = [
    ['Batch', `${report.batch}, ${manifest.path}, ${counted(manifest.rows, 'row')}`],
    ['sha256', manifest.sha256],
    ['Time', `${began}${ended}, worked ${formatDuration(report.duration_ms)}`],
    ['API calls', [formatCount(calls.total), kinds].filter(Boolean).join(': ')],
    ['Hostnames', states === '' ? '' : `${states}${asOf}`],
    ['Skipped', parts(...skips.map(({ code, count }): [number, string] => [count, code]))],
    ['Stopped', stopped === null ? '' : stopText(report)],
    ['Cooling', report.cooling.length === 0 ? '' : coolingText(report)],
    ...report.control.map((word): [string, string] => ['Steered', steeredFact(word)]),
  ];
  return facts.filter(([, text]) => text !== '');
}

const parts = (...counts: [number, string][]): string =>
  counts.flatMap(([count, what]) => (count === 0 ? [] : [`${formatCount(count)} ${what}`])).join(', ');

/** Facts of which every report has one; of the others those first that say why it ended so. */
const ALWAYS: readonly string[] = ['Batch', 'Time', 'API calls', 'Hostnames', 'Skipped'];

function factLines(report: Report, details: number): string[] {
  const facts = reportFacts({ ...report, control: latest(report.control) });
  const lines = (chosen: (label: string) => boolean, most: number) =>
    facts.filter(([label]) => chosen(label)).flatMap(([label, text]) => clipped(fact(label, text), most));
  const run = lines((label) => label !== 'sha256' && !ALWAYS.includes(label), 3);
  const waves = waveReportLines({ waves: latest(report.waves) }).map((line) => cut(line, TEXT_WIDTH));
  return [
    ...lines((label) => ALWAYS.includes(label), 2),
    ...clipped([...run, ...waves, ...bundleReportLines(report)], details),
  ];
}

/** What each wave did, as it was judged. */
export function waveReportLines({ waves }: Pick<Report, 'waves'>): string[] {
  return waves.flatMap((verdict) => [
    ...wrapped(didText(verdict), '  '),
    ...verdict.reasons.flatMap((reason) => wrapped(reason, '      ')),
  ]);
}

/** The last two: what came before is in report.json. */
const latest = <T>(list: readonly T[]): T[] => list.slice(-2);

function fileLines({ files }: Report, folder: string | undefined, bold: (text: string) => string): string[] {
  const where = folder === undefined ? 'Files beside this one' : `Files in ${folder}`;
  return ['', bold(where), ...clipped(wrapped(files.join(', '), '  '), 2)];
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
