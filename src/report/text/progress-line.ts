import type { BatchView } from '../../batch/view/batch-view.ts';
import type { Wait } from '../../batch/view/wait.ts';
import { formatClock, formatDuration } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import { counted, cut, formatCount, TEXT_WIDTH } from '../../text/text-layout.ts';

export interface ProgressStyle {
  /** Columns the line may take. */
  width?: number;
  /** Marks what failed; adds nothing that takes room. */
  red?: (text: string) => string;
  /** Milliseconds since 1970; the clock of this machine where absent. Times of another day have their date. */
  now?: number;
}

type Clock = Pick<ProgressStyle, 'now'>;

/**
 * Where a batch stands, in one line that fits `width`. What does not fit is left out, the rate first, then the time
 * left: that something failed, and why nothing moves, is said as long as there is room at all.
 */
export function renderProgress(
  view: BatchView,
  { width = TEXT_WIDTH, red = (text) => text, ...clock }: ProgressStyle = {},
): string {
  const { done, total } = view.rows;
  const rows = total > 0 ? `${formatCount(done)}/${formatCount(total)} ${percent(done, total)}%` : formatCount(done);
  const parts = {
    rows: `${stageText(view)} ${view.stage === 'settling' ? settledOf(view) : rows}`,
    rate: `${rateOf(view)} calls/s`,
    eta: view.eta_ms === null ? '' : `${formatDuration(view.eta_ms)} left`,
    failed: failedText(view),
    waiting: waitingFor(view, clock),
  };
  const painted = (line: string) => (parts.failed === '' ? line : line.replace(parts.failed, () => red(parts.failed)));
  // While calls are tried again there is no rate, and no end in sight.
  const retries = view.waits.some(({ what }) => what === 'retry');
  for (const leftOut of [...(retries ? [] : [[], ['rate']]), ['rate', 'eta']]) {
    const line = joined(Object.entries(parts).flatMap(([name, text]) => (leftOut.includes(name) ? [] : [text])));
    if (line.length <= width) return painted(line);
  }
  parts.failed = parts.failed.replace(/ \(.*/s, '');
  return painted(cut(joined([parts.rows, parts.failed, parts.waiting]), width));
}

/** The same for a log: a full line in words, of any length, that does not depend on a terminal. */
export function renderPlainProgress(view: BatchView, clock: Clock = {}): string {
  const { done, total } = view.rows;
  const { edited, skipped, rejected } = view.outcomes;
  const rows =
    total > 0
      ? `${formatCount(done)} of ${formatCount(total)} rows (${percent(done, total)}%)`
      : done > 0
        ? `${formatCount(done)} rows`
        : '';
  // Before the first edit there is nothing to count; while a batch settles, its hostnames are what counts.
  const outcomes: [number, string][] =
    view.stage === 'reading' || view.stage === 'planning' || view.stage === 'settling'
      ? []
      : [
          [edited, 'edited'],
          [skipped, 'skipped'],
          [rejected, 'rejected'],
        ];
  const parts = [
    ...(view.stage === 'settling' ? [settledOf(view)] : [rows, ...outcomes.flatMap(present)]),
    failedText(view),
    `${counted(view.calls.made, 'call')} at ${rateOf(view)} a second`,
    view.eta_ms === null ? '' : `${formatDuration(view.eta_ms)} left`,
    waitingFor(view, clock),
  ];
  return `${stageText(view)}: ${parts.filter(Boolean).join(', ')}`;
}

/** The number of a wave says nothing where it is the only one. */
export const stageText = ({ stage, wave, waves = 1 }: BatchView): string =>
  Math.max(wave, waves) > 1 && wave > 0 ? `${stage} wave ${wave}${waves > 1 ? `/${waves}` : ''}` : stage;

/** How many failed, and of what most. */
function failedText({ outcomes: { failed, gave_up }, errors }: BatchView): string {
  const count = failed + gave_up;
  if (count === 0) return '';
  const [most] = errors.filter((error) => error.failed > 0).sort((a, b) => b.failed - a.failed);
  const why =
    most === undefined ? '' : most.failed === count ? ` (${most.code})` : ` (${most.code} ${formatCount(most.failed)})`;
  return `${formatCount(count)} failed${printable(why)}`;
}

/** What a person waits for while a batch settles: which hostnames are active. */
function settledOf({ settled: { active, pending, errored, unknown } }: BatchView): string {
  const others: [number, string][] = [
    [pending, 'waiting'],
    [errored, 'in error'],
    [unknown, 'not read'],
  ];
  return [`${formatCount(active)} active`, ...others.flatMap(present)].join(', ');
}

/** A count of what there is. */
const present = ([count, what]: [number, string]): string[] => (count > 0 ? [`${formatCount(count)} ${what}`] : []);

/** Rounded down, so that 100 means all. */
export const percent = (done: number, total: number): number => Math.floor((100 * done) / total);

const rateOf = ({ calls, budget_per_second }: BatchView): string =>
  `${calls.per_second.toFixed(1)}/${budget_per_second.toFixed(1)}`;

/** What holds the batch up, a text each, with the lane named where there are several. */
export function waitTexts({ lanes, waits }: BatchView, { now = Date.now() }: Clock): string[] {
  const laneOf = (name: string) => (lanes.length > 1 ? `lane ${name} ` : '');
  return waits.map((wait) => printable(waitText(wait, laneOf, (until) => formatClock(until, now), now)));
}

const waitingFor = (view: BatchView, clock: Clock): string => waitTexts(view, clock).join('; ');

function waitText(
  wait: Wait,
  laneOf: (name: string) => string,
  clock: (instant: string) => string,
  now: number,
): string {
  switch (wait.what) {
    case 'cooling':
      return `${laneOf(wait.lane)}cooling until ${clock(wait.until)}: ${wait.reason}`;
    case 'worker':
      return `no worker on lane ${wait.lane}`;
    case 'retry': {
      const left = formatDuration(Math.max(0, Date.parse(wait.until) - now));
      return `${laneOf(wait.lane)}retrying ${wait.nth} of ${wait.most}, next in ${left}: ${wait.reason.replace(/\.$/, '')}`;
    }
    case 'issuance':
      return `${laneOf(wait.lane)}orders ${wait.orders} certificates in ${wait.window_seconds} s at most`;
    case 'hold':
      return `${wait.reason}${wait.until === undefined ? '' : `, until ${clock(wait.until)}`}`;
    case 'resting':
      return `${counted(wait.calls, 'call')} in flight, until ${clock(wait.until)} at most`;
    case 'look':
      return `next look at ${clock(wait.until)}`;
  }
}

const joined = (parts: string[]): string => parts.filter(Boolean).join(' | ');
