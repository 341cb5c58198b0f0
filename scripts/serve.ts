import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { batchFolder, createBatchFolder, discardBatchFolder } from '../src/batch/ledger/batch-folder.ts';
import type { Submission } from '../src/batch/submit/submission.ts';
import { discardUpload, download } from '../src/batch/submit/upload.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { NO_BUNDLES } from '../src/bundles/no-bundles.ts';
import { EXIT } from '../src/codes/exit.ts';
import { type Config, readConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { readReport } from '../src/report/files/write-report.ts';
import { Scheduler } from '../src/schedule/scheduler.ts';
import { SECOND } from '../src/terms.ts';
import { type RunSubmission, runCoordinator } from '../workers/coordinator.ts';
import { budgetPerSecond, type Engine, startEngine } from './engine.ts';
import { withCallFlags } from './flags.ts';
import { STOP_WITHIN_MS } from './interrupt.ts';
import { planOn, takeInFrom } from './prepare-batch.ts';
import { runAndReport } from './run-and-report.ts';
import { isUnfinished, scheduledRunner, windowEnd } from './run-scheduled.ts';
import type { AddCommand, Shell } from './shell.ts';

const PROGRESS_EVERY_MS = 2 * SECOND;

/** `hostroll serve`: a coordinator that carries out schedules and submitted batches until it is told to stop. */
export const serveCommand: AddCommand = (program, shell, exit) => {
  withCallFlags(program.command('serve'))
    .description('Carry out schedules, and batches that are handed over with hostroll submit')
    .addHelpText(
      'after',
      `
Batches, ledgers, reports and schedules are in this machine's state folder. SIGTERM: calls in flight are finished, the
batches go on when a coordinator with the same state folder starts again. On the embedded queue it runs schedules alone;
batches can be submitted to it where the queue is a server.

Examples:
  hostroll serve
  hostroll serve --queue redis://queue.internal:6379 --state /var/lib/hostroll`,
    )
    .action(async (flags: Flags) => exit(await serve(flags, shell)));
};

async function serve(flags: Flags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = readConfig(flags, shell.env);
  const interrupt = shell.interrupt({ withinMs: STOP_WITHIN_MS });
  const engine = await startEngine(config, { command: 'hostroll serve' });
  const me = `${hostname()}:${resolve(config.state)}`;
  try {
    const scheduler = await Scheduler.start({
      ...engine,
      coordinator: me,
      state: config.state,
      run: scheduledRunner({
        engine,
        config,
        flags,
        env: shell.env,
        interrupt: interrupt.signal,
        command: 'hostroll serve',
      }),
      windowEnd,
      isUnfinished: (batch) => isUnfinished(config.state, batch),
      say: (sentence) => terminal.note(sentence),
      now: Date.now,
    });
    // Nothing can be submitted to a queue that belongs to this process alone.
    const coordinator = engine.backend.exclusive
      ? undefined
      : runCoordinator({ ...engine, me, run: submissionRunner(engine, config, interrupt.signal) });
    const takes = coordinator === undefined ? 'runs schedules' : 'runs schedules and takes batches';
    terminal.note(`Coordinator ${me} ${takes} on ${engine.backend.name}. Ctrl-C ends it.`);
    await new Promise<void>((done) => {
      if (interrupt.signal.aborted) done();
      interrupt.signal.addEventListener('abort', () => done(), { once: true });
    });
    await Promise.all([scheduler.close(), coordinator?.close()]);
    return EXIT.ok;
  } finally {
    await engine.close();
    interrupt.dispose();
  }
}

/** Carries out one submission: plans it where that is not done yet, runs what is left of it, reports. */
const submissionRunner =
  (engine: Engine, config: Config, interrupt: AbortSignal): RunSubmission =>
  async (submission, { keep, progress }) => {
    const folder =
      submission.batch === undefined
        ? await createBatchFolder(config.state, Date.now())
        : batchFolder(config.state, submission.batch);
    const known = await readBatchFile(folder.path).catch(() => undefined);
    if (known !== undefined) {
      // Carried out already: only its end did not reach the queue.
      const { state, exit_code } = await readReport(folder.path);
      if (state === 'finished') return { batch: folder.batch, exit_code: exit_code ?? EXIT.ok };
    }
    const lock = await takeProcessLock(folder.lock, `Batch ${folder.batch}`, 'hostroll serve');
    const tracker = new ProgressTracker(budgetPerSecond(engine.lanes), Date.now);
    const timer = setInterval(() => void progress(tracker.snapshot()).catch(() => {}), PROGRESS_EVERY_MS);
    try {
      const parts = { config: configOf(config, submission), folder, progress: tracker, interrupt };
      await keep({ batch: folder.batch });
      const file = known ?? (await planned(engine, submission, parts));
      if (file === 'interrupted') return file;
      await discardUpload(engine.backend, submission.id);
      const { code } = await runAndReport(engine, { ...parts, file });
      await progress(tracker.snapshot());
      return code === EXIT.interrupted ? 'interrupted' : { batch: folder.batch, exit_code: code };
    } finally {
      clearInterval(timer);
      await lock.release();
    }
  };

/** A submission that cannot be planned leaves nothing behind but its error; an interrupted one is planned anew later. */
async function planned(
  engine: Engine,
  submission: Submission,
  parts: Pick<Parameters<typeof planOn>[1], 'config' | 'folder' | 'progress' | 'interrupt'>,
): Promise<BatchFile | 'interrupted'> {
  const preparation = {
    ...parts,
    manifestPath: submission.manifest,
    skipInvalid: submission.skip_invalid,
    warn: () => {},
  };
  try {
    const intake = await takeInFrom(download(engine.backend, submission), { ...preparation, bundles: NO_BUNDLES });
    return (await planOn(engine, preparation, intake)).file;
  } catch (error) {
    if (parts.interrupt.aborted) return 'interrupted';
    await discardUpload(engine.backend, submission.id);
    await discardBatchFolder(parts.folder);
    throw error;
  }
}

const configOf = (config: Config, { zones, wait_ms, wait_strict }: Submission): Config => ({
  ...config,
  zones: zones.length > 0 ? zones : config.zones,
  waitMs: wait_ms,
  waitStrict: wait_strict,
});
