import type { WaveVerdict } from '../ledger/ledger-event.ts';
import type { StopRule, Waves } from '../ledger/rollout.ts';
import type { RowTable } from '../ledger/row-table.ts';
import type { WavePlan } from '../waves/wave-plan.ts';
import { type RowPlace, RuleTally } from './rule-tally.ts';
import type { JudgedRow } from './trouble.ts';

/** What a wave did, for people. */
export const didText = ({ wave, waves, did }: WaveVerdict): string =>
  `wave ${wave} of ${waves}: ${did.rows} rows, ${did.edited} edited (${did.active} active, ${did.pending} pending, ${did.errored} in error), ${did.failed} failed`;

/**
 * Judges a wave that has settled, or whose time to do so is over. A wave is all there is to judge by, so that rules of shares
 * hold of it whatever its size; those that count in a row have been asked while it was sent.
 */
export function judgeWave(
  wave: number,
  plan: WavePlan,
  table: RowTable,
  { waves, rules }: { waves: Pick<Waves, 'max_pending'>; rules: readonly StopRule[] },
): WaveVerdict {
  const judged: { row: JudgedRow; place: RowPlace }[] = [];
  const done = { rows: 0, edited: 0, active: 0, pending: 0, errored: 0, failed: 0 };
  let [served, pending] = [0, 0];
  for (let row = 1; row <= table.rows; row++) {
    if (plan.waveOf(row) !== wave) continue;
    const outcome = table.outcomeOf(row);
    const settlement = table.settlementOf(row);
    done.rows++;
    if (outcome === 'failed' || outcome === 'gave_up') done.failed++;
    if (outcome === 'edited') {
      done.edited++;
      done[settlement ?? 'pending']++;
    }
    const place = plan.kindOf(row);
    if (place?.phase === 'serving' && outcome === 'edited') {
      served++;
      if ((settlement ?? 'pending') === 'pending') pending++;
    }
    const wasErrored = place?.phase === 'stuck' || place?.phase === 'leaving';
    const now = { settlement: wasErrored ? undefined : settlement, notShown: table.notShown(row) };
    judged.push({ row: { outcome, code: table.code.at(row), ...now }, place: place ?? {} });
  }
  const reasons = rules.flatMap(({ least: _, window: __, ...rule }) =>
    rule.share === undefined ? [] : new RuleTally(rule).judgeAll(judged).map(({ message }) => message),
  );
  // One that was pending before has shown nothing, whatever comes of it.
  if (pending > waves.max_pending * served) {
    const most = `${Number((waves.max_pending * 100).toFixed(4))}%`;
    reasons.push(
      `${pending} of ${served} hostnames that were active are still pending; --max-pending lets pass ${most}.`,
    );
  }
  return { wave, waves: plan.waves, did: done, reasons };
}
