import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { EXIT } from '../src/codes/exit.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { whyText } from '../src/report/text/why-text.ts';
import { whyRows } from '../src/report/why.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand } from './shell.ts';

/** `hostroll why`: everything that a row waits for, or what happened to it. Reads files only. */
export const whyCommand: AddCommand = (program, { terminal, env }, exit) => {
  withStateFlag(program.command('why').argument('<batch>', 'batch id, the start of one, or "latest"'))
    .argument('<row>', 'number of a row, a hostname, or the id of one')
    .option('--json', 'print JSON on standard output')
    .addHelpText('after', '\nExamples:\n  hostroll why latest shop.acme-store.net\n  hostroll why latest 1042')
    .action(async (batch: string, row: string, flags: Flags & { json?: boolean }) => {
      const rows = await whyRows(await findBatch(readStateConfig(flags, env).state, batch), row, Date.now());
      terminal.out(flags.json ? JSON.stringify(rows, null, 2) : fitted(rows.map(whyText).join('\n'), terminal.width));
      exit(EXIT.ok);
    });
};
