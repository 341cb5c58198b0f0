import { interruptible } from './interrupt.ts';
import { run } from './run.ts';
import { processTerminal, unlessReaderLeft } from './terminal.ts';

/** Runs what stands behind `hostroll` as this process, which ends with its exit code. */
export async function runAsProcess(words: readonly string[]): Promise<void> {
  const terminal = processTerminal();
  process.stdout.on('error', unlessReaderLeft);
  process.stderr.on('error', unlessReaderLeft);
  process.exitCode = await run(words, {
    env: process.env,
    terminal,
    interruptible: (use, options) => interruptible(terminal, use, options),
  });
}
