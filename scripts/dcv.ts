import { dcvCheckCommand } from './dcv-check.ts';
import { dcvExportCommand } from './dcv-export.ts';
import type { AddCommand } from './shell.ts';

/** `hostroll dcv`: what is still to be published so that hostnames become active. */
export const dcvCommand: AddCommand = (program, shell, exit) => {
  const dcv = program.command('dcv');
  dcvCheckCommand(dcv, shell, exit);
  dcvExportCommand(dcv, shell, exit);
};
