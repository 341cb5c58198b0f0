import { interruptSignal } from './interrupt.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

/** Runs what stands behind `hostroll` as this process, which ends with its exit code. */
export async function runAsProcess(words: readonly string[]): Promise<void> {
  const terminal = processTerminal();
  // A reader that has seen enough (`| head`) ends the pipe, not the batch.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const interrupt = (options?: { withinMs?: number }) => interruptSignal(terminal, options);
  process.exitCode = await run(words, { env: process.env, terminal, interrupt });
}
