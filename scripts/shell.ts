import type { Command } from 'commander';
import type { Env } from '../src/config/inputs.ts';
import type { Interrupt } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** What a command runs in: what it reads, whom it talks to and what stops it. Paths are relative to the process's folder. */
export interface Shell {
  env: Env;
  terminal: Terminal;
  /** Begins to listen for Ctrl-C and SIGTERM, as `interruptSignal`. */
  interrupt(options?: { withinMs?: number; says?: string }): Interrupt;
}

/** Adds a command to the program; `exit` is told the exit code when it has run. */
export type AddCommand = (program: Command, shell: Shell, exit: (code: number) => void) => void;
