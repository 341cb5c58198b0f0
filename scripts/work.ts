import { EXIT } from '../src/codes/exit.ts';
import { collect, withMetricsFlag, withWorkFlags } from '../src/config/flags.ts';
import { leftAlone, readWorkOptions, type WorkFlags } from '../src/config/work-options.ts';
import { work } from '../src/coordinator/work.ts';
import { STOP_WITHIN_MS } from './interrupt.ts';
import type { AddCommand } from './shell.ts';

/** `hostroll work`: takes jobs of the lanes whose credentials it holds, until it is told to stop. */
export const workCommand: AddCommand = (program, shell, exit) => {
  withMetricsFlag(withWorkFlags(program.command('work')))
    .option(
      '--lane <credential>',
      'only the lane of this credential; may be repeated (all whose token is here)',
      collect,
    )
    .option('--side-by-side <calls>', 'most calls side by side on a lane; the pace is set by the coordinator', '20')
    .addHelpText(
      'after',
      `
Any number of these, on any machine that reaches the queue. A worker takes jobs only for credentials that it has, under
the names that the coordinator knows them by (hostroll.config.json; "default" is the one of the environment). SIGTERM: no more jobs are taken, calls in flight are
finished, the rest stays in the queue.

Example:
  hostroll work --queue rediss://hostroll@queue.internal:6380`,
    )
    .action(async (flags: WorkFlags) => {
      const options = readWorkOptions(flags, shell.env);
      const { note } = shell.terminal;
      for (const lane of options.lacking) note(`hostroll: ${leftAlone(lane)}`);
      await shell.interruptible((interrupt) => work(options, { command: 'hostroll work', interrupt, say: note }), {
        withinMs: STOP_WITHIN_MS,
      });
      exit(EXIT.ok);
    });
};
