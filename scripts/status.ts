import { existsSync } from 'node:fs';
import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import type { KnownBatch } from '../src/batch/submit/known-batches.ts';
import type { SubmissionStatus } from '../src/batch/submit/submission.ts';
import { batchStatus, batchStatuses } from '../src/batch/view/batch-status.ts';
import { EXIT } from '../src/codes/exit.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { queueMeant } from '../src/config/queue-meant.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { statusTable, statusText, submissionText } from '../src/report/text/status-text.ts';
import { schedulesOf } from '../src/schedule/schedules-of.ts';
import { MINUTE } from '../src/terms.ts';
import { formatInstant } from '../src/text/format-time.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface StatusFlags extends Flags {
  json?: boolean;
  queue?: string;
}

/** `hostroll status`: running and past batches, or where one of them stands. Reads files only. */
export const statusCommand: AddCommand = (program, shell, exit) => {
  withStateFlag(program.command('status').argument('[batch]', 'batch id, the start of one, or "latest"'))
    .option('--json', 'print JSON on standard output')
    .option('--queue <url>', 'show what is submitted to this queue, and what processes on it are at, instead')
    .addHelpText('after', '\nExamples:\n  hostroll status\n  hostroll status latest')
    .action(async (batch: string | undefined, flags: StatusFlags) => {
      const queue = await queueMeant(batch, flags, shell.env);
      if (queue !== undefined) await submissions(queue, batch, flags.json, shell.terminal);
      else await batches(batch, flags, shell);
      exit(EXIT.ok);
    });
};

async function batches(wanted: string | undefined, flags: StatusFlags, { terminal, env }: Shell): Promise<void> {
  const { state } = readStateConfig(flags, env);
  if (wanted !== undefined) {
    const folder = await findBatch(state, wanted);
    const one = await batchStatus(folder);
    terminal.out(flags.json ? JSON.stringify(one, null, 2) : fitted(statusText(one, terminal), terminal.width));
    if (one.view?.stage !== 'paused' || flags.json) return;
    const { endangeredText } = await import('../src/report/endangered.ts');
    const endangered = await endangeredText(folder, Date.now());
    if (endangered !== undefined) terminal.out(`  ${endangered}`);
    return;
  }
  const all = await batchStatuses(state);
  if (flags.json) {
    terminal.out(JSON.stringify(all, null, 2));
    return;
  }
  terminal.out(
    all.length === 0 ? `No batches under ${state} yet; start one with "hostroll apply".` : statusTable(all, terminal),
  );
  // Their libraries take time that who has no schedules need not give.
  if (!existsSync(schedulesOf(state))) return;
  const { readSchedules, scheduleLines } = await import('../src/schedule/schedule-list.ts');
  const lines = scheduleLines(await readSchedules(state, Date.now()));
  if (lines.length > 0) terminal.out(['', 'Schedules', ...lines].join('\n'));
}

/** A process that told nothing for so long is away, however clocks differ. */
const AWAY_AFTER_MS = MINUTE;

/** A batch that was not submitted, as one that was. */
function statusOfKnown({ batch, host, at, view }: KnownBatch): SubmissionStatus {
  const isAway = Date.now() > at + AWAY_AFTER_MS;
  const error = `${host} has not been heard of since ${formatInstant(at)}.`;
  const status = { id: batch, state: 'active', manifest: 'not submitted', coordinator: host };
  return { ...status, ...(view === undefined ? {} : { progress: view }), ...(isAway ? { error } : {}) };
}

/** What is submitted, from anywhere the queue is reachable. */
async function submissions(
  url: string,
  wanted: string | undefined,
  json: boolean | undefined,
  terminal: Terminal,
): Promise<void> {
  const { openQueueBackend } = await import('../src/queue/open-queue.ts');
  const { listSubmissions, submissionStatus } = await import('../src/batch/submit/submission.ts');
  const { knownBatches } = await import('../src/batch/submit/known-batches.ts');
  const backend = await openQueueBackend(url, 'hostroll status');
  try {
    const submitted = await listSubmissions(backend);
    const others = (await knownBatches(backend)).filter(({ batch }) => !submitted.some((one) => one.batch === batch));
    const known = [...submitted, ...others.map(statusOfKnown)];
    const all = wanted === undefined ? known : known.filter(({ id, batch }) => id === wanted || batch === wanted);
    if (all.length === 0 && wanted !== undefined) all.push(await submissionStatus(backend, wanted));
    if (json) terminal.out(JSON.stringify(all, null, 2));
    else if (all.length === 0) terminal.out(`Nothing is submitted to ${backend.name}, and no process is at a batch.`);
    else for (const one of all) terminal.out(fitted(submissionText(one, terminal), terminal.width));
  } finally {
    await backend.close();
  }
}
