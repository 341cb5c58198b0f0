import { EXIT } from '../src/batch/exit-code.ts';
import type { Terminal } from './terminal.ts';

/**
 * Turns Ctrl-C (and SIGTERM) into a clean stop: the first aborts the signal, the second leaves at once. The ledger is
 * made for both.
 */
export function interruptSignal(terminal: Terminal): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    terminal.note('\nStopping: calls in flight are finished first. Press Ctrl-C again to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
