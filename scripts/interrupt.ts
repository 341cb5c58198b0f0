import { EXIT } from '../src/codes/exit.ts';
import { SECOND } from '../src/terms.ts';
import type { Terminal } from './terminal.ts';

/** A stop that was asked for, until `dispose`. */
export interface Interrupt {
  signal: AbortSignal;
  dispose(): void;
}

const STOPPING = '\nStopping: calls in flight are finished first. Press Ctrl-C again to leave at once.';

/** A call may take 30 s, and supervisors kill after 45 (docs/operations.md). */
export const STOP_WITHIN_MS = 40 * SECOND;

/**
 * Turns Ctrl-C (and SIGTERM) into a clean stop: the first aborts the signal, the second leaves at once. The ledger is
 * made for both. A process that nobody watches gives `withinMs`, after which it leaves by itself: a queue that is away
 * would keep it for ever.
 */
export function interruptSignal(
  terminal: Terminal,
  { withinMs, says = STOPPING }: { withinMs?: number; says?: string } = {},
): Interrupt {
  const controller = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const leave = () => {
    terminal.note(
      'hostroll: Left before everything had ended, as it took too long; is the queue away? Nothing is lost.',
    );
    process.exit(EXIT.interrupted);
  };
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    terminal.note(says);
    if (withinMs !== undefined) deadline = setTimeout(leave, withinMs).unref();
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      clearTimeout(deadline);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
