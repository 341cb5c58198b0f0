#!/usr/bin/env node
import { interruptSignal } from './interrupt.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
// A reader that has seen enough (`| head`) ends the pipe, not the batch.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  terminal,
  interrupt: (options) => interruptSignal(terminal, options),
});
