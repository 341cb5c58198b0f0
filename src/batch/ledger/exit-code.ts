import type { BatchFile } from './batch-file.ts';
import type { Ledger } from './ledger.ts';
import type { StopReason } from './stop.ts';

/** Exit codes of every command, documented in the README. */
export const EXIT = {
  ok: 0,
  someRowsFailed: 2,
  stoppedByRule: 3,
  somePending: 4,
  usage: 64,
  /** No DNS answers on this machine (EX_UNAVAILABLE). */
  noDns: 69,
  /** The program itself failed (EX_SOFTWARE). */
  unexpected: 70,
  interrupted: 130,
} as const;

/** The exit code of a batch that was stopped before its end. */
export const stopExitCode = (reason: StopReason['reason']): number =>
  reason === 'interrupted' ? EXIT.interrupted : EXIT.stoppedByRule;

/** The exit code of a batch that went to its end. */
export function exitCodeOf(ledger: Ledger, { manifest, wait_strict }: BatchFile): number {
  const { rejected, failed, gave_up } = ledger.fold.rows.counts;
  if (rejected + failed + gave_up > 0) return EXIT.someRowsFailed;
  if (!wait_strict) return EXIT.ok;
  for (let row = 1; row <= manifest.rows; row++) {
    if (ledger.settlementOf(row) !== 'active') return EXIT.somePending;
  }
  return EXIT.ok;
}
