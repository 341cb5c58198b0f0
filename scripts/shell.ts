import type { Command } from 'commander';
import type { Env } from '../src/config/inputs.ts';
import type { InterruptOptions } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** What a command runs in: what it reads, whom it talks to and what stops it. Paths are relative to the process's folder. */
export interface Shell {
  env: Env;
  terminal: Terminal;
  /** Listens for Ctrl-C and SIGTERM while `use` is at work, as `interruptible` of interrupt.ts. */
  interruptible<T>(use: (interrupt: AbortSignal) => Promise<T>, options?: InterruptOptions): Promise<T>;
}

/** Adds a command to the program; `exit` is told the exit code when it has run. */
export type AddCommand = (program: Command, shell: Shell, exit: (code: number) => void) => void;
