import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import { formatDuration } from '../../text/format-time.ts';
import { counted, countTable, wrapped } from '../../text/text-layout.ts';

/** The waves of a plan: how many rows each has, how far the first can be trusted, and what the next one waits for. */
export function waveLines({ waves }: Pick<PlanSummary, 'waves'>): string[] {
  if (waves === undefined) return [];
  const { rows, kinds, kindsInFirst: inFirst, wait_ms, max_pending, confirm } = waves;
  const first =
    inFirst === kinds
      ? `The first has rows of ${kinds === 1 ? 'the only kind' : `all ${kinds} kinds`}`
      : `The first has room for ${inFirst} of ${kinds} kinds, those with the most rows`;
  const pending = `when it has settled, and at most ${percent(max_pending)} of it are pending after ${formatDuration(wait_ms)}`;
  return [
    ...countTable(rows.map((count, at) => [`wave ${at + 1}`, count])),
    ...wrapped(
      `${first} (zone, certificate authority, method, wildcard, phase). Behind a wave the next one begins ${pending}${confirm ? ', and "hostroll go" is said' : ''}.`,
      '  ',
    ),
  ];
}

const percent = (share: number): string => `${counted(Number((share * 100).toFixed(4)), '%', '%').replace(' ', '')}`;
