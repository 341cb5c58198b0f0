import type { Outcome } from '../../terms.ts';
import { formatCount } from '../../text/text-layout.ts';
import type { Report } from '../report.ts';

export const OUTCOME_WORDS: Record<Outcome, string> = {
  edited: 'edited',
  skipped: 'skipped',
  rejected: 'rejected',
  failed: 'failed',
  gave_up: 'given up',
  unprocessed: 'unprocessed',
};

/** How good the news is: all as asked, something to look at, or something went wrong. */
export type Mood = 'good' | 'mixed' | 'bad';

/** The report in one line, e.g. "287 of 300 edited, 8 failed, 5 rejected; 12 wait for DCV", and its mood. */
export function verdictOf(report: Report): { line: string; mood: Mood } {
  const { counts, settled, state } = report;
  const rows = [
    `${formatCount(counts.edited)} of ${formatCount(counts.rows)} edited`,
    part(report.not_in_effect_count, 'of them not in effect'),
    part(counts.skipped, 'skipped'),
    part(counts.failed, 'failed'),
    part(counts.gave_up, 'given up'),
    part(counts.rejected, 'rejected'),
    part(counts.unprocessed, 'unprocessed'),
  ];
  const hostnames = [
    part(settled.pending, settled.pending === 1 ? 'waits for DCV' : 'wait for DCV'),
    part(settled.errored, 'in error'),
  ];
  const prefix = state === 'finished' ? '' : state === 'stopped' ? 'Stopped: ' : 'Unfinished: ';
  const line = [rows, hostnames].map(joined).filter(Boolean).join('; ');
  return { line: prefix + line, mood: moodOf(report) };
}

function moodOf({ counts, settled, state, not_in_effect_count }: Report): Mood {
  if (counts.failed + counts.gave_up + settled.errored + not_in_effect_count > 0 || state === 'stopped') return 'bad';
  return counts.rejected + counts.unprocessed + settled.pending > 0 || state === 'unfinished' ? 'mixed' : 'good';
}

const part = (count: number, what: string): string => (count === 0 ? '' : `${formatCount(count)} ${what}`);
const joined = (parts: string[]): string => parts.filter(Boolean).join(', ');
