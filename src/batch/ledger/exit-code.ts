import { EXIT } from '../../codes/exit.ts';
import type { BatchFile } from './batch-file.ts';
import type { LedgerFold } from './ledger-fold.ts';
import type { StopReason } from './stop.ts';

/** The exit code of a batch that was stopped before its end. */
export const stopExitCode = (reason: StopReason['reason']): number =>
  reason === 'interrupted' ? EXIT.interrupted : EXIT.stoppedByRule;

/**
 * The exit code of a batch that went to its end. A row is not well where the API took its change and, when it was read
 * last (with --wait 0: in the answer itself), did not show it, or showed another certificate. --wait-strict asks for
 * proof: it judges every row of a manifest, and of a sweep those that
 * were sent: what it leaves alone is seldom active.
 */
export function exitCodeOf({ rows }: LedgerFold, { kind, wait_strict }: BatchFile): number {
  const { rejected, failed, gave_up } = rows.counts;
  if (rejected + failed + gave_up + rows.notInEffect > 0) return EXIT.someRowsFailed;
  if (!wait_strict) return EXIT.ok;
  for (let row = 1; row <= rows.rows; row++) {
    const isJudged = kind !== 'sweep' || rows.outcomeOf(row) === 'edited';
    const isProven = rows.settlementOf(row) === 'active' && rows.certificateOf(row) !== 'not_shown';
    if (isJudged && !isProven) return EXIT.somePending;
  }
  return EXIT.ok;
}
