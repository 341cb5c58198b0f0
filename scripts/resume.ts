import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { overwriteDrift, withCallFlags, withMetricsFileFlag, withUiFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readResumeConfig } from '../src/config/resume-config.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { resumeBatch, standingOf } from '../src/coordinator/session.ts';
import { runAttended } from './attended.ts';
import { besidePage } from './beside-page.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ResumeFlags extends Flags {
  json?: boolean;
}

/** `hostroll resume`: carries on a batch that was interrupted, stopped or killed, from its ledger. */
export const resumeCommand: AddCommand = (program, shell, exit) => {
  withUiFlag(
    withMetricsFileFlag(
      withCallFlags(program.command('resume').argument('<batch>', 'batch id, the start of one, or "latest"')),
    ),
  )
    .addOption(overwriteDrift())
    .option('--json', 'print the report as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  hostroll resume 20261123-071500-k3f9
  hostroll resume latest --quota 600/300`,
    )
    .action(async (batch: string, flags: ResumeFlags) =>
      exit(await besidePage(flags, shell, () => resume(batch, flags, shell))),
    );
};

async function resume(wanted: string, flags: ResumeFlags, shell: Shell): Promise<number> {
  const { state } = readStateConfig(flags, shell.env);
  const { batch, path } = await findBatch(state, wanted);
  const config = readResumeConfig(await readBatchFile(path), flags, shell.env);
  const standing = await standingOf(state, batch);
  if (standing?.exitCode !== undefined) {
    shell.terminal.note(`Batch ${batch} has ended; "hostroll report ${batch}" shows what came of it.`);
    return standing.exitCode;
  }
  shell.terminal.note('Every row is read again before it is sent, as others may have changed hostnames meanwhile.');
  const asked = { config, command: 'hostroll resume', json: flags.json };
  return runAttended(shell, asked, (session) => resumeBatch(session, batch));
}
