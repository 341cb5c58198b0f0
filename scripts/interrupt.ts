import { EXIT } from '../src/codes/exit.ts';
import { SECOND } from '../src/terms.ts';
import type { Terminal } from './terminal.ts';

const STOPPING = '\nStopping: calls in flight, if any, are finished first. Press Ctrl-C again to leave at once.';

/** A call may take 30 s, and supervisors kill after 45 (docs/operations.md). */
export const STOP_WITHIN_MS = 40 * SECOND;

export interface InterruptOptions {
  /** Leaves by itself so long after the first, for a process that nobody watches: a queue that is away would keep it for ever. */
  withinMs?: number;
  /** What the first one is answered with. */
  says?: string;
}

/**
 * Turns Ctrl-C (and SIGTERM) into a clean stop of `use`: the first aborts its signal, the second leaves at once. The ledger
 * is made for both.
 */
export async function interruptible<T>(
  terminal: Terminal,
  use: (interrupt: AbortSignal) => Promise<T>,
  { withinMs, says = STOPPING }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const leave = () => {
    terminal.note(
      'hostroll: Left before everything had ended, as it took too long; is the queue away? Nothing is lost.',
    );
    process.exit(EXIT.interrupted);
  };
  const onSignal = () => {
    if (controller.signal.aborted) {
      terminal.note('hostroll: Left at once. Nothing is lost: a resume first reads what may have been sent.');
      process.exit(EXIT.interrupted);
    }
    terminal.note(says);
    if (withinMs !== undefined) deadline = setTimeout(leave, withinMs).unref();
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await use(controller.signal);
  } finally {
    clearTimeout(deadline);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
