import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { batchFolder, createBatchFolder } from '../src/batch/batch-folder.ts';
import { EXIT } from '../src/batch/exit-code.ts';
import { ProgressTracker } from '../src/batch/progress-tracker.ts';
import { readBatchFile } from '../src/batch/read-batch-file.ts';
import { runBatch } from '../src/batch/run-batch.ts';
import { discardUpload, download, type Submission } from '../src/batch/submission.ts';
import { NO_BUNDLES } from '../src/bundles/no-bundles.ts';
import { type Config, readConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { takeProcessLock } from '../src/disk/process-lock.ts';
import { readReport, writeReport } from '../src/report/write-report.ts';
import { HostrollError, SECOND } from '../src/terms.ts';
import { type RunSubmission, runCoordinator } from '../workers/coordinator.ts';
import { budgetPerSecond, type Engine, sleep, startEngine, thisProcess } from './engine.ts';
import { withCallFlags } from './flags.ts';
import { interruptSignal } from './interrupt.ts';
import { planOn, takeInFrom } from './prepare-batch.ts';
import type { Terminal } from './terminal.ts';

const PROGRESS_EVERY_MS = 2 * SECOND;

/** `hostroll serve`: a coordinator that carries out submitted batches until it is told to stop. */
export function serveCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  withCallFlags(program.command('serve'))
    .description('Carry out batches that are handed over with hostroll submit')
    .addHelpText(
      'after',
      `
Batches, ledgers and reports are in this machine's state folder. SIGTERM: calls in flight are finished, the batches go on
when a coordinator with the same state folder starts again.

Example:
  hostroll serve --queue redis://queue.internal:6379 --state /var/lib/hostroll`,
    )
    .action(async (flags: Flags) => exit(await serve(flags, terminal)));
}

async function serve(flags: Flags, terminal: Terminal): Promise<number> {
  const config = readConfig(flags, process.env);
  const interrupt = interruptSignal(terminal);
  const engine = await startEngine(config, { command: 'hostroll serve' });
  const me = `${hostname()}:${resolve(config.state)}`;
  try {
    if (engine.backend.exclusive) {
      throw new HostrollError(
        'QUEUE_EXCLUSIVE',
        'The embedded queue belongs to one process; nothing could be submitted to it: use --queue redis://… or postgres://….',
      );
    }
    const run = submissionRunner(engine, config, interrupt.signal);
    const coordinator = runCoordinator({ backend: engine.backend, me, run, log: engine.log });
    terminal.note(`Coordinator ${me} takes batches from ${engine.backend.name}. Ctrl-C ends it.`);
    await new Promise<void>((done) => {
      if (interrupt.signal.aborted) done();
      interrupt.signal.addEventListener('abort', () => done(), { once: true });
    });
    await coordinator.close();
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
      await discardUpload(engine.backend, submission.id);
      const code = await runBatch({
        ...parts,
        ...engine,
        file,
        window: config.window,
        now: Date.now,
        sleep,
        process: thisProcess,
      });
      await writeReport(folder.path);
      await progress(tracker.snapshot());
      return code === EXIT.interrupted ? 'interrupted' : { batch: folder.batch, exit_code: code };
    } finally {
      clearInterval(timer);
      await lock.release();
    }
  };

async function planned(
  engine: Engine,
  submission: Submission,
  parts: Pick<Parameters<typeof planOn>[1], 'config' | 'folder' | 'progress' | 'interrupt'>,
) {
  const preparation = {
    ...parts,
    manifestPath: submission.manifest,
    skipInvalid: submission.skip_invalid,
    warn: () => {},
  };
  const intake = await takeInFrom(download(engine.backend, submission), { ...preparation, bundles: NO_BUNDLES });
  return (await planOn(engine, preparation, intake)).file;
}

const configOf = (config: Config, { zones, wait_ms, wait_strict }: Submission): Config => ({
  ...config,
  zones: zones.length > 0 ? zones : config.zones,
  waitMs: wait_ms,
  waitStrict: wait_strict,
});
