import { PHASES, type Progress } from '../../batch/view/progress.ts';
import { formatClock, formatDuration } from './format-time.ts';
import { cut, formatCount, printable, TEXT_WIDTH } from './text-layout.ts';

export interface ProgressStyle {
  /** Columns the line may take. */
  width?: number;
  /** IANA name of the zone for clock times; that of this machine where absent. */
  timeZone?: string;
  /** Milliseconds since 1970; the clock of this machine where absent. Times of another day have their date. */
  now?: number;
}

/**
 * Where a batch stands, in one line that fits `width`. What does not fit is left out, the rate first, then the time
 * left: that something failed, and why nothing moves, is said as long as there is room at all.
 */
export function renderProgress(progress: Progress, { width = TEXT_WIDTH, ...clock }: ProgressStyle = {}): string {
  const { done, total } = progress.rows;
  const rows = total > 0 ? `${formatCount(done)}/${formatCount(total)} ${percent(done, total)}%` : formatCount(done);
  const parts = {
    rows: `${progress.phase} ${rows}`,
    rate: `${rateOf(progress)} calls/s`,
    eta: progress.etaMs === undefined ? '' : `ETA ${formatDuration(progress.etaMs)}`,
    failed: progress.failed === 0 ? '' : `${formatCount(progress.failed)} failed`,
    waiting: waitingFor(progress, clock),
  };
  for (const leftOut of [[], ['rate'], ['rate', 'eta']]) {
    const line = joined(Object.entries(parts).flatMap(([name, text]) => (leftOut.includes(name) ? [] : [text])));
    if (line.length <= width) return line;
  }
  return cut(joined([parts.rows, parts.failed, parts.waiting]), width);
}

/** The same for a log: a full line in words, of any length, that does not depend on a terminal. */
export function renderPlainProgress(progress: Progress, clock: Omit<ProgressStyle, 'width'> = {}): string {
  const { done, total } = progress.rows;
  const { edited, skipped, rejected } = progress.outcomes;
  const rows =
    total > 0
      ? `${formatCount(done)} of ${formatCount(total)} rows (${percent(done, total)}%)`
      : done > 0
        ? `${formatCount(done)} rows`
        : '';
  // Before the first edit there is nothing to count.
  const outcomes =
    PHASES.indexOf(progress.phase) < PHASES.indexOf('editing')
      ? []
      : [
          `${formatCount(edited)} edited`,
          `${formatCount(skipped)} skipped`,
          `${formatCount(rejected)} rejected`,
          `${formatCount(progress.failed)} failed`,
        ];
  const eta = progress.etaMs === undefined ? '' : `${formatDuration(progress.etaMs)} left`;
  const calls = `${formatCount(progress.calls.made)} calls at ${rateOf(progress)} a second`;
  const waiting = waitingFor(progress, clock);
  return `${progress.phase}: ${[rows, ...outcomes, calls, eta, waiting].filter(Boolean).join(', ')}`;
}

/** Rounded down, so that 100 means all. */
const percent = (done: number, total: number): number => Math.floor((100 * done) / total);

const rateOf = ({ calls, budgetPerSecond }: Progress): string =>
  `${calls.perSecond.toFixed(1)}/${budgetPerSecond.toFixed(1)}`;

function waitingFor({ cooling, waiting }: Progress, { timeZone, now }: Omit<ProgressStyle, 'width'>): string {
  const cooled = cooling && `cooling until ${formatClock(cooling.until, timeZone, now)}: ${cooling.reason}`;
  return printable([cooled, waiting].filter(Boolean).join('; '));
}

const joined = (parts: string[]): string => parts.filter(Boolean).join(' | ');
