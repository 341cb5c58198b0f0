import type { Command } from 'commander';
import { dcvCheckCommand } from './dcv-check.ts';
import { dcvExportCommand } from './dcv-export.ts';
import type { Terminal } from './terminal.ts';

/** `hostroll dcv`: what is still to be published so that hostnames become active. */
export function dcvCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  const dcv = program.command('dcv').description('Look at, and hand on, what pending hostnames wait for');
  dcvCheckCommand(dcv, terminal, exit);
  dcvExportCommand(dcv, terminal, exit);
}
