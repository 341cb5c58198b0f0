import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { type BatchFolder, batchFolder, findBatch, listBatches } from '../src/batch/ledger/batch-folder.ts';
import { EXIT } from '../src/codes/exit.ts';
import { withCallFlags } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { queueMeant } from '../src/config/queue-meant.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { lockHolder } from '../src/disk/process-lock.ts';
import { madeReport } from '../src/report/files/made-report.ts';
import type { Comparison } from '../src/report/since/comparison.ts';
import { HostrollError } from '../src/terms.ts';
import { fitted } from '../src/text/text-layout.ts';
import { reportOnTerminal } from './report-on-terminal.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ReportFlags extends Flags {
  format: 'text' | 'json' | 'csv' | 'html';
  since?: string;
  tz?: string;
  refresh?: boolean;
  campaign?: boolean;
}

/** `hostroll report`: rebuilds the report of a batch from its ledger. */
export const reportCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(program.command('report').argument('[batch]', 'batch id, the start of one, or "latest"', 'latest'))
    .addOption(
      new Option(
        '--format <format>',
        'what to print; csv is one line per row with its outcome, html a page that needs no server',
      )
        .choices(['text', 'json', 'csv', 'html'])
        .default('text'),
    )
    .option('--campaign', 'the batch with those it retries or undoes, and that retry or undo it, as one')
    .option('--refresh', 'first read the states of hostnames that were not active again, within the budget')
    .option('--since <date|batch>', 'also what has changed: since a date, "yesterday", or the end of a batch')
    .option('--tz <zone>', 'in which days and nights are counted (that of this machine)')
    .addHelpText(
      'after',
      `
Examples:
  hostroll report latest
  hostroll report latest --refresh
  hostroll report --since yesterday
  hostroll report latest --format html > report.html
  hostroll report latest --since 2026-11-24 --tz Europe/Berlin
  hostroll report 20261123-071500-k3f9 --format json | jq '.pending_dcv[].hostname'`,
    )
    .action(async (batch: string, flags: ReportFlags) => exit(await showReport(batch, flags, shell)));
};

async function showReport(wanted: string, flags: ReportFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  // --queue is otherwise the one that --refresh runs on.
  const { queue: on, ...others } = flags;
  const meant = wanted.startsWith('s-') && on !== undefined ? { ...others, queue: on } : others;
  const queue = await queueMeant(wanted, meant, shell.env);
  if (queue !== undefined) return showSubmitted(queue, wanted, flags, shell);
  const { state } = readStateConfig(flags, shell.env);
  const folder = await findBatch(state, wanted);
  if (flags.campaign) return showCampaign(state, folder, flags, shell);
  if (flags.refresh) await (await import('./attended.ts')).refreshAttended(folder, flags, shell, 'hostroll report');
  // Most reports are made already, and what makes them takes time to load.
  const writing = () => import('../src/report/files/write-report.ts');
  if (flags.format === 'csv') {
    const { outcomesCsv } = await writing();
    await outcomesCsv(folder.path, terminal.stream);
    return EXIT.ok;
  }
  const comparison = await compared(state, flags);
  if (flags.format === 'html') {
    const { reportFile } = await writing();
    await reportFile(folder.path, 'report.html', terminal.stream, comparison).finally(() => comparison?.close());
    return EXIT.ok;
  }
  // The files of a running batch are its own to write.
  const running = (await lockHolder(folder.lock)) !== undefined;
  const make = async () => {
    const { readReport, writeReport } = await writing();
    return running ? readReport(folder.path, comparison) : writeReport(folder.path, comparison);
  };
  const report = running || comparison !== undefined ? await make() : await madeReport(folder.path, make);
  await comparison?.close();
  if (flags.format === 'text') reportOnTerminal(report, folder, terminal);
  else if (running) terminal.out(JSON.stringify(report, null, 2));
  else for await (const text of createReadStream(join(folder.path, 'report.json'), 'utf8')) await terminal.stream(text);
  return EXIT.ok;
}

/** The report of a batch that was submitted, as its coordinator left it in the queue. */
async function showSubmitted(url: string, wanted: string, flags: ReportFlags, { terminal }: Shell): Promise<number> {
  const [{ submissionStatus }, { openQueueBackend }, { submissionText }] = await Promise.all([
    import('../src/batch/submit/submission.ts'),
    import('../src/queue/open-queue.ts'),
    import('../src/report/text/status-text.ts'),
  ]);
  const backend = await openQueueBackend(url, 'hostroll report');
  try {
    const status = await submissionStatus(backend, wanted);
    if (flags.format !== 'text' || flags.since !== undefined || flags.refresh || flags.campaign) {
      throw new HostrollError(
        'CONFIG_INVALID',
        `The queue has the report of ${status.id} as text alone; everything else is with its coordinator${status.coordinator === undefined ? '' : ` ${status.coordinator}`}.`,
      );
    }
    terminal.out(fitted(status.report ?? submissionText(status), terminal.width));
    return EXIT.ok;
  } finally {
    await backend.close();
  }
}

/** The rows of a campaign's first batch with what came of them in the last batch that has them. */
async function showCampaign(
  state: string,
  { batch }: BatchFolder,
  { format, since, refresh }: ReportFlags,
  { terminal }: Shell,
): Promise<number> {
  if (since !== undefined || refresh) {
    throw new HostrollError('CONFIG_INVALID', '--campaign goes without --since and --refresh; run the report twice.');
  }
  if (format === 'html') {
    throw new HostrollError(
      'CONFIG_INVALID',
      '--campaign goes as text, json or csv; each batch has a page of its own.',
    );
  }
  const { Campaign } = await import('../src/report/campaign.ts');
  const campaign = await Campaign.open(state, batch);
  try {
    if (format === 'csv') for await (const text of campaign.csv()) await terminal.stream(text);
    else terminal.out(format === 'json' ? JSON.stringify(campaign.summary, null, 2) : campaign.text());
  } finally {
    await campaign.close();
  }
  return EXIT.ok;
}

/** What all batches know to have changed since what `--since` says; undefined where it says nothing. */
async function compared(state: string, { since, tz }: ReportFlags): Promise<Comparison | undefined> {
  if (since === undefined) return undefined;
  const [{ comparedTime }, { Comparison }] = await Promise.all([
    import('../src/report/since/compared-time.ts'),
    import('../src/report/since/comparison.ts'),
  ]);
  const time = await comparedTime(state, { since, timeZone: tz }, Date.now());
  const folders = (await listBatches(state)).map((batch) => batchFolder(state, batch));
  return Comparison.open(folders, time);
}
