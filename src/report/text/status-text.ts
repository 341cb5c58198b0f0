import pc from 'picocolors';
import { quotaText } from '../../batch/plan/zone-quota.ts';
import type { SubmissionStatus } from '../../batch/submit/submission.ts';
import type { BatchStatus } from '../../batch/view/batch-status.ts';
import type { BatchView } from '../../batch/view/batch-view.ts';
import { adviceFor } from '../../codes/code.ts';
import { formatClock, formatDuration } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import { bar, columns, counted, cut, formatCount, wrapped } from '../../text/text-layout.ts';
import { percent, stageText, waitTexts } from './progress-line.ts';

/** Codes that are named, the most frequent first. */
const CODES_SHOWN = 5;

/** How a text for a person is set: with colours or without, and what time it is (milliseconds since 1970). */
interface StatusStyle {
  color?: boolean;
  /** Columns of the terminal; bars are left out where there is no room for them. */
  width?: number;
  now?: number;
}

const BAR = 10;
const WIDE_BAR = 24;

/** Where a batch stands, as text for a person. */
export function statusText(status: BatchStatus, style: StatusStyle = {}): string {
  const { color = false, now } = style;
  const { batch, manifest, quotas = [], view, resume, by, created_at, follows } = status;
  const who = by === undefined ? '' : ` by ${by.user}@${by.host}`;
  const begun = created_at === undefined ? '' : `, begun ${minuteOf(created_at, now)}${who}`;
  const after = follows === undefined ? [] : [`  ${follows.as} of batch ${follows.batch}`];
  return [
    `${batch}: ${painted(status, stateOf(status), color)}`,
    ...(manifest === undefined ? [] : [printable(`  ${manifest.path}, ${counted(manifest.rows, 'row')}${begun}`)]),
    ...after,
    ...(view === undefined ? [] : viewLines(view, style)),
    ...quotas.map((quota) => `  when it was planned: ${printable(quotaText(quota.name, quota))}`),
    ...(resume === undefined ? [] : [`  to carry on: ${resume}`]),
    ...(view === undefined ? [] : [`  what came of each row: hostroll report ${batch}`]),
  ].join('\n');
}

/** All batches of a state folder, a line for each. */
export function statusTable(
  all: readonly BatchStatus[],
  { color = false, width = Number.POSITIVE_INFINITY, now }: StatusStyle = {},
): string {
  const head = ['batch', 'begun UTC', 'state', 'done', '', 'rows', 'failed', 'pending', 'manifest'];
  const lines = all.map((status) => {
    const { batch, manifest, view, created_at } = status;
    const begun = created_at === undefined ? '' : minuteOf(created_at, now).replace(' UTC', '');
    if (view === undefined) return [batch, begun, stateOf(status), '', '', '', '', '', ''];
    const { failed, gave_up, rejected } = view.outcomes;
    const { done, total } = view.rows;
    const progress = [bar(done, total, BAR), total > 0 ? `${Math.floor((100 * done) / total)}%` : ''];
    const counts = [manifest?.rows ?? 0, failed + gave_up + rejected, view.settled.pending].map(formatCount);
    return [batch, begun, stateOf(status), ...progress, ...counts, printable(manifest?.path ?? '')];
  });
  const cells = [head, ...lines];
  const wide = columns(cells, [4, 5, 6, 7]);
  const isTooWide = wide.some(({ length }) => length > width);
  const table = isTooWide
    ? columns(
        cells.map((row) => row.toSpliced(3, 2, row[4] || row[3] || '')),
        [3, 4, 5, 6],
      )
    : wide;
  const [first = '', ...rest] = table.map((line) => cut(line, width));
  // Painted when columns are as wide as they will be: colours take none.
  const rows = rest.map((line, at) => {
    const status = all[at];
    const state = status === undefined ? '' : stateOf(status);
    return status === undefined ? line : line.replace(state, () => painted(status, state, color));
  });
  return [pc.createColors(color).bold(first), ...rows].join('\n');
}

/** A state by how good the news is. */
function painted({ state, view }: BatchStatus, text: string, color: boolean): string {
  const { red, yellow, green, cyan } = pc.createColors(color);
  if (state === 'damaged' || state === 'stopped') return red(text);
  if (view !== undefined && view.outcomes.failed + view.outcomes.gave_up + view.settled.errored > 0) return red(text);
  if (state === 'finished') return view !== undefined && view.settled.pending > 0 ? yellow(text) : green(text);
  return state === 'running' ? cyan(text) : yellow(text);
}

/** The time to the minute, with the date where it is not today's. */
const minuteOf = (instant: string, now?: number): string => formatClock(instant, now).replace(/:\d\d UTC$/, ' UTC');

/** What of the whole there is, a bar each. */
function barLines({ outcomes, settled }: BatchView, color: boolean): string[] {
  const { red, yellow, green, dim } = pc.createColors(color);
  const paints: Record<string, (text: string) => string> = {
    ...{ edited: green, active: green, pending: yellow, 'in error': red, failed: red, 'given up': red, rejected: red },
  };
  const { edited, skipped, rejected, failed, gave_up, unprocessed } = outcomes;
  const parts = [
    { edited, skipped, rejected, failed, 'given up': gave_up, unprocessed },
    { active: settled.active, pending: settled.pending, 'in error': settled.errored, 'not read': settled.unknown },
  ];
  const width = Math.max(...parts.flatMap((counts) => Object.values(counts)).map((count) => formatCount(count).length));
  return parts.flatMap((counts) => {
    const whole = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const present = Object.entries(counts).filter(([, count]) => count > 0);
    return present.map(([name, count]) => {
      const paint = paints[name] ?? dim;
      return `  ${name.padEnd(11)}  ${formatCount(count).padStart(width)}  ${paint(bar(count, whole, WIDE_BAR))}`;
    });
  });
}

/** Where a submission stands. */
export function submissionText(submission: SubmissionStatus, style: StatusStyle = {}): string {
  const { id, state, manifest, coordinator, batch, progress, exit_code, error } = submission;
  const by = coordinator === undefined ? 'waiting for a coordinator' : coordinator;
  const where = batch === undefined ? by : `${by}, batch ${batch}`;
  const done = exit_code === undefined ? '' : `; exit code ${exit_code}`;
  return [
    `${id} ${printable(manifest)}: ${state} (${where})${done}`,
    ...(progress === undefined ? [] : viewLines(progress, style)),
    ...(error === undefined ? [] : [`  ${printable(error)}`]),
  ].join('\n');
}

const stateOf = ({ state, pid }: BatchStatus): string => (pid === undefined ? state : `${state} (process ${pid})`);

/** How far it is, how fast, what it waits for, what came of rows and hostnames, and what to do about what went wrong. */
function viewLines(view: BatchView, { color = false, now = Date.now() }: StatusStyle): string[] {
  const { yellow, red } = pc.createColors(color);
  const { rows, calls, lanes, eta_ms } = view;
  const of = rows.total > 0 ? ` of ${formatCount(rows.total)}` : '';
  const left = eta_ms ? `, ${formatDuration(eta_ms)} left` : '';
  const far = rows.total > 0 ? `${bar(rows.done, rows.total, WIDE_BAR)} ${percent(rows.done, rows.total)}%, ` : '';
  const pace = `${calls.per_second.toFixed(1)} of ${view.budget_per_second.toFixed(1)} a second`;
  return [
    `  ${stageText(view)}  ${far}${formatCount(rows.done)}${of} rows${left}`,
    `  ${formatCount(calls.made)} calls, ${pace}`,
    ...lanes.flatMap(({ name, budget_per_second, workers }) =>
      workers === null && lanes.length === 1
        ? []
        : `  lane ${printable(name)}: ${budget_per_second.toFixed(1)} calls a second${workers === null ? '' : `, ${counted(workers, 'worker')}`}`,
    ),
    ...waitTexts(view, { now }).flatMap((text) => wrapped(text, '  ').map(yellow)),
    ...barLines(view, color),
    ...view.errors
      .slice(0, CODES_SHOWN)
      .flatMap(({ code, count }) => [
        `  ${red(printable(code))}: ${counted(count, 'row')}`,
        ...wrapped(adviceFor(code), '    '),
      ]),
  ];
}
