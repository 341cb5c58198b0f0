import { findBatch, resumeCommand } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readStateConfig } from '../src/config/config.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { watchBatch } from '../src/coordinator/watch-batch.ts';
import type { AddCommand, Shell } from './shell.ts';

/** `hostroll watch`: the live line of a batch that another process runs. Reads files only. */
export const watchCommand: AddCommand = (program, shell, exit) => {
  withStateFlag(program.command('watch').argument('[batch]', 'batch id, the start of one, or "latest"', 'latest'))
    .addHelpText(
      'after',
      `
Ctrl-C ends watching; the batch goes on. What is submitted elsewhere is shown by "hostroll status --queue".

Examples:
  hostroll watch
  hostroll watch 20261123-071500-k3f9

${exitCodeHelp({
  ok: 'that of the batch, which ended',
  someRowsFailed: '',
  stoppedByRule: 'that of the batch; also where its process is gone',
  somePending: '',
  interrupted: 'watching was ended, or the batch was interrupted',
})}`,
    )
    .action(async (batch: string, flags: Flags) => exit(await watch(batch, flags, shell)));
};

async function watch(wanted: string, flags: Flags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const folder = await findBatch(readStateConfig(flags, shell.env).state, wanted);
  const { signal, dispose } = shell.interrupt({ says: '\nNo longer watching; the batch goes on.' });
  let hide = () => {};
  const end = await watchBatch(folder, signal, (view) => {
    hide = terminal.show(view);
  }).finally(() => {
    hide();
    dispose();
  });
  if (end === 'left') return EXIT.interrupted;
  if (end === 'given up') {
    terminal.note(`Batch ${folder.batch} was given up before anything was sent.`);
    return EXIT.ok;
  }
  if ('died' in end) {
    const next =
      end.died === 'planning' || end.died === 'reading'
        ? 'nothing was sent'
        : `"${resumeCommand(folder.batch, folder.path)}" goes on with it`;
    terminal.note(`Batch ${folder.batch} has no process any more; it ended while ${end.died}, and ${next}.`);
    return EXIT.stoppedByRule;
  }
  const how = end.exitCode === EXIT.interrupted || end.exitCode === EXIT.stoppedByRule ? 'was stopped' : 'is finished';
  terminal.note(`Batch ${folder.batch} ${how}; "hostroll report ${folder.batch}" shows what came of it.`);
  return end.exitCode;
}
