import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withCallFlags, withMetricsFlag, withUiFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { serve } from '../src/coordinator/serve.ts';
import { besidePage } from './beside-page.ts';
import { STOP_WITHIN_MS } from './interrupt.ts';
import type { AddCommand } from './shell.ts';

/** `hostroll serve`: a coordinator that carries out schedules and submitted batches until it is told to stop. */
export const serveCommand: AddCommand = (program, shell, exit) => {
  withUiFlag(withMetricsFlag(withCallFlags(program.command('serve'))))
    .addHelpText(
      'after',
      `
Batches, ledgers, reports and schedules are in this machine's state folder. SIGTERM: calls in flight are finished, the
batches go on when a coordinator with the same state folder starts again. On the embedded queue it runs schedules alone;
batches can be submitted to it where the queue is a server.

Examples:
  hostroll serve
  hostroll serve --queue redis://queue.internal:6379 --state /var/lib/hostroll`,
    )
    .action(async (flags: Flags) => {
      const config = readConfig(flags, shell.env);
      const { note: say } = shell.terminal;
      const work = (interrupt: AbortSignal) => serve(config, { command: 'hostroll serve', interrupt, say });
      await besidePage(flags, shell, () => shell.interruptible(work, { withinMs: STOP_WITHIN_MS }));
      exit(EXIT.ok);
    });
};
