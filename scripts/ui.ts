import open from 'open';
import { EXIT } from '../src/codes/exit.ts';
import { type DoctorFlags, withDoctorFlags } from '../src/config/doctor-flags.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { wholeNumber } from '../src/config/values.ts';
import { aborted } from '../src/coordinator/engine.ts';
import { STOP_WITHIN_MS } from './interrupt.ts';
import { showPage } from './page.ts';
import type { AddCommand } from './shell.ts';

interface UiFlags extends Flags, DoctorFlags {
  port: string;
  open?: boolean;
  readOnly?: boolean;
}

/** `hostroll ui`: the batches of a state folder as a page, until it is told to stop. Reads files only. */
export const uiCommand: AddCommand = (program, shell, exit) => {
  withDoctorFlags(withStateFlag(program.command('ui')))
    .option('--port <port>', 'port of this machine to serve the page on; 0 for any that is free', '0')
    .option('--open', 'open the page in the browser')
    .option('--read-only', 'let the page change nothing')
    .addHelpText(
      'after',
      `
The page is served to this machine alone. The link is good once; the browser that opens it stays let in until the command
ends. Where hostroll runs elsewhere, let ssh carry the port: ssh -L 8080:127.0.0.1:8080 host, with --port 8080. To carry a batch
on, or to retry it, the page starts a command of its own with the environment of this one.

Examples:
  hostroll ui --open
  hostroll ui --port 8080 --read-only`,
    )
    .action(async (flags: UiFlags) => {
      const { state } = readStateConfig(flags, shell.env);
      const port = wholeNumber('--port', flags.port, { most: 65_535 });
      const page = await showPage({ state, port, readOnly: flags.readOnly ?? false, flags }, shell);
      shell.terminal.note('Ctrl-C ends it.');
      if (flags.open) await open(page.link);
      await shell.interruptible(aborted, { withinMs: STOP_WITHIN_MS }).finally(page.close);
      exit(EXIT.ok);
    });
};
