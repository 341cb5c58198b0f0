import { type BatchFolder, findBatch, resumeCommand } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { queueMeant } from '../src/config/queue-meant.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { type Watched, watchBatch } from '../src/coordinator/watch-batch.ts';
import type { ToldSubmission } from '../src/coordinator/watch-submission.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { statusText, submissionText } from '../src/report/text/status-text.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** `hostroll watch`: what `status` says, as it changes. Reads the files of a batch, or what its coordinator tells the queue. */
export const watchCommand: AddCommand = (program, shell, exit) => {
  withStateFlag(program.command('watch').argument('[batch]', 'batch id, the start of one, or "latest"', 'latest'))
    .option('--queue <url>', 'watch what is submitted to the coordinators of this queue, by its id or "latest"')
    .addHelpText(
      'after',
      `
On a terminal it is what "hostroll status" shows of the batch, as it changes; else a line now and then. Ctrl-C ends watching;
the batch goes on.

Examples:
  hostroll watch
  hostroll watch 20261123-071500-k3f9
  hostroll watch s-mhx2k1-07ab3c --queue redis://queue.internal:6379

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
  let hide = () => {};
  const show: Terminal['show'] = (view, whole) => {
    hide = terminal.show(view, whole);
    return hide;
  };
  const follow = async (interrupt: AbortSignal) => {
    const queue = await queueMeant(wanted, flags, shell.env);
    if (queue !== undefined) return watchSubmitted(wanted, queue, interrupt, { ...terminal, show });
    const folder = await findBatch(readStateConfig(flags, shell.env).state, wanted);
    const end = await watchBatch(folder, interrupt, (status) =>
      show(
        () => status().view,
        (style) => statusText(status(), style),
      ),
    );
    hide();
    return sayEnd(end, folder, terminal);
  };
  return shell.interruptible(follow, { says: '\nNo longer watching; the batch goes on.' }).finally(() => hide());
}

function sayEnd(end: Watched, folder: BatchFolder, terminal: Terminal): number {
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
  terminal.note(
    `Batch ${folder.batch} ${howEnded(end.exitCode)}; "hostroll report ${folder.batch}" shows what came of it.`,
  );
  return end.exitCode;
}

const howEnded = (exitCode: number): string =>
  exitCode === EXIT.interrupted || exitCode === EXIT.stoppedByRule ? 'was stopped' : 'is finished';

/** Watches through the queue, where the ledger is a coordinator's elsewhere. */
async function watchSubmitted(
  wanted: string,
  url: string,
  interrupt: AbortSignal,
  terminal: Terminal,
): Promise<number> {
  const { watchSubmission } = await import('../src/coordinator/watch-submission.ts');
  const backend = await openQueueBackend(url, 'hostroll watch');
  try {
    const { note: say } = terminal;
    const show = (status: () => ToldSubmission) =>
      void terminal.show(
        () => status().progress,
        (style) => submissionText(status(), style),
      );
    const end = await watchSubmission(backend, wanted, interrupt, { show, say });
    if (end === undefined) return EXIT.interrupted;
    const { id, batch, coordinator, error } = end.status;
    if (error !== undefined) say(`Submission ${id} came to no batch: ${error}`);
    else if (batch === undefined) say(`Submission ${id} cannot be read; another version or another hand wrote it.`);
    else
      say(
        `Batch ${batch} ${howEnded(end.exitCode)}; "hostroll report ${id}" shows what came of it; its files are with coordinator ${coordinator}.`,
      );
    return end.exitCode;
  } finally {
    await backend.close();
  }
}
