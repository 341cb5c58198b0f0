import Table from 'cli-table3';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { batchFolder, findBatch, listBatches } from '../src/batch/ledger/batch-folder.ts';
import { finishedTally } from '../src/batch/ledger/read-ledger.ts';
import type { SubmissionStatus } from '../src/batch/submit/submission.ts';
import { EXIT } from '../src/codes/exit.ts';
import { readStateConfig } from '../src/config/config.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { lockHolder } from '../src/disk/process-lock.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { readReport } from '../src/report/files/write-report.ts';
import type { Report } from '../src/report/report.ts';
import { renderPlainProgress } from '../src/report/text/progress-line.ts';
import { renderText } from '../src/report/text/report-text.ts';
import { readSchedules, scheduleLines } from '../src/schedule/schedule-list.ts';
import { type BatchId, HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface StatusFlags extends Flags {
  json?: boolean;
  queue?: string;
}

interface BatchStatus {
  batch: BatchId;
  state: string;
  pid?: number;
  report?: Report;
}

/** What the table shows of a batch. */
type ListedBatch = Omit<BatchStatus, 'report'> & { report?: Pick<Report, 'counts' | 'settled' | 'manifest'> };

/** `hostroll status`: running and past batches, or where one of them stands. Reads files only. */
export const statusCommand: AddCommand = (program, shell, exit) => {
  withStateFlag(program.command('status').argument('[batch]', 'batch id, the start of one, or "latest"'))
    .option('--json', 'print JSON on standard output')
    .option('--queue <url>', 'show what is submitted to the coordinators of this queue instead')
    .addHelpText('after', '\nExamples:\n  hostroll status\n  hostroll status latest')
    .action(async (batch: string | undefined, flags: StatusFlags) => exit(await status(batch, flags, shell)));
};

async function status(wanted: string | undefined, flags: StatusFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  if (flags.queue !== undefined) return submissions(flags.queue, flags.json ?? false, terminal);
  const { state } = readStateConfig(flags, shell.env);
  if (wanted !== undefined) {
    const one = await statusOf(state, (await findBatch(state, wanted)).batch);
    if (flags.json) terminal.out(JSON.stringify(one, null, 2));
    else {
      terminal.out(`${one.batch}: ${stateText(one)}`);
      if (one.report !== undefined) terminal.out(renderText(one.report, { color: terminal.color, now: Date.now() }));
    }
    return EXIT.ok;
  }
  const all: ListedBatch[] = [];
  for (const batch of await listBatches(state)) {
    const finished = flags.json ? undefined : await finishedOf(state, batch);
    all.push(finished ?? (await statusOf(state, batch)));
  }
  if (flags.json) terminal.out(JSON.stringify(all, null, 2));
  else if (all.length === 0) terminal.out(`No batches under ${state} yet; start one with "hostroll apply".`);
  else terminal.out(renderTable(all));
  if (!flags.json) {
    const lines = scheduleLines(await readSchedules(state, Date.now()));
    if (lines.length > 0) terminal.out(['', 'Schedules', ...lines].join('\n'));
  }
  return EXIT.ok;
}

/** What is submitted, from anywhere the queue is reachable. */
async function submissions(url: string, json: boolean, terminal: Terminal): Promise<number> {
  const { listSubmissions } = await import('../src/batch/submit/submission.ts');
  const backend = await openQueueBackend(url, 'hostroll status');
  try {
    const all = await listSubmissions(backend);
    if (json) terminal.out(JSON.stringify(all, null, 2));
    else if (all.length === 0) terminal.out(`Nothing is submitted to ${backend.name}.`);
    else for (const one of all) terminal.out(submissionText(one));
    return EXIT.ok;
  } finally {
    await backend.close();
  }
}

function submissionText(submission: SubmissionStatus): string {
  const { id, state, manifest, coordinator, batch, progress, exit_code, error } = submission;
  const where =
    coordinator === undefined
      ? 'waiting for a coordinator'
      : `${coordinator}${batch === undefined ? '' : `, batch ${batch}`}`;
  const done = exit_code === undefined ? '' : `; exit code ${exit_code}`;
  const reached = progress === undefined ? '' : `\n  ${renderPlainProgress(progress)}`;
  const why = error === undefined ? '' : `\n  ${error}`;
  return `${id} ${manifest}: ${state} (${where})${done}${reached}${why}`;
}

async function statusOf(state: string, batch: BatchId): Promise<BatchStatus> {
  const folder = batchFolder(state, batch);
  const holder = await lockHolder(folder.lock);
  const report = await readReport(folder.path).catch((error: unknown) => {
    if (error instanceof HostrollError) return undefined;
    throw error;
  });
  return {
    batch,
    state: holder !== undefined ? 'running' : (report?.state ?? 'not planned'),
    ...(holder === undefined ? {} : { pid: holder.pid }),
    ...(report === undefined ? {} : { report }),
  };
}

/** A finished batch, by the end of its ledger; undefined where that is not enough, or a process has it. */
async function finishedOf(state: string, batch: BatchId): Promise<ListedBatch | undefined> {
  const folder = batchFolder(state, batch);
  if ((await lockHolder(folder.lock)) !== undefined) return undefined;
  try {
    const tally = await finishedTally(folder.ledger);
    if (tally === undefined) return undefined;
    const { manifest } = await readBatchFile(folder.path);
    const counts = { rows: manifest.rows, ...tally.counts };
    return { batch, state: 'finished', report: { counts, settled: tally.settled, manifest } };
  } catch (error) {
    if (error instanceof HostrollError) return undefined;
    throw error;
  }
}

const stateText = ({ state, pid }: ListedBatch): string => (pid === undefined ? state : `${state} (process ${pid})`);

function renderTable(all: readonly ListedBatch[]): string {
  const table = new Table({
    head: ['batch', 'state', 'rows', 'done', 'failed', 'pending', 'manifest'],
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: ' ',
    },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const one of all) {
    const { counts, settled, manifest } = one.report ?? {};
    const failed = counts === undefined ? '' : counts.failed + counts.gave_up + counts.rejected;
    const done = counts === undefined ? '' : counts.rows - counts.unprocessed;
    table.push([
      one.batch,
      stateText(one),
      counts?.rows ?? '',
      done,
      failed,
      settled?.pending ?? '',
      manifest?.path ?? '',
    ]);
  }
  return table.toString();
}
