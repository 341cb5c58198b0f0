import type { Command } from 'commander';
import { EXIT } from '../src/batch/exit-code.ts';
import { readConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { HostrollError } from '../src/terms.ts';
import { startEngine } from './engine.ts';
import { withWorkFlags } from './flags.ts';
import { interruptSignal } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

interface WorkFlags extends Flags {
  concurrency: string;
}

const MOST_CONCURRENCY = 200;

/** `hostroll work`: takes jobs of the lane whose credential it holds, until it is told to stop. */
export function workCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  withWorkFlags(program.command('work'))
    .description('Make calls for batches that run elsewhere, on a shared queue')
    .option('--concurrency <calls>', 'most calls side by side; the pace is set by the coordinator', '20')
    .addHelpText(
      'after',
      `
Any number of these, on any machine that reaches the queue. SIGTERM: no more jobs are taken, calls in flight are
finished, the rest stays in the queue.

Example:
  hostroll work --queue rediss://hostroll@queue.internal:6380`,
    )
    .action(async (flags: WorkFlags) => exit(await work(flags, terminal)));
}

async function work(flags: WorkFlags, terminal: Terminal): Promise<number> {
  const config = readConfig(flags, process.env);
  const concurrency = /^\d+$/.test(flags.concurrency) ? Number(flags.concurrency) : 0;
  if (concurrency < 1 || concurrency > MOST_CONCURRENCY) {
    throw new HostrollError('CONFIG_INVALID', `--concurrency must be a whole number from 1 to ${MOST_CONCURRENCY}.`);
  }
  const interrupt = interruptSignal(terminal);
  const engine = await startEngine(config, { command: 'hostroll work', concurrency });
  try {
    if (engine.backend.exclusive) {
      throw new HostrollError(
        'QUEUE_EXCLUSIVE',
        'The embedded queue belongs to one process; workers need a server: --queue redis://… or postgres://….',
      );
    }
    terminal.note(`Working for ${engine.backend.name}, ${concurrency} calls side by side at most. Ctrl-C ends it.`);
    await new Promise<void>((resolve) => {
      if (interrupt.signal.aborted) resolve();
      interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return EXIT.ok;
  } finally {
    await engine.close();
    interrupt.dispose();
  }
}
