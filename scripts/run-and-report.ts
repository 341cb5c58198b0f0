import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { runBatch } from '../src/batch/run/run-batch.ts';
import type { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import type { Config } from '../src/config/config.ts';
import { writeReport } from '../src/report/files/write-report.ts';
import type { Report } from '../src/report/report.ts';
import { type Engine, sleep, thisProcess } from './engine.ts';

export interface RunAndReport {
  config: Config;
  folder: BatchFolder;
  file: BatchFile;
  progress: ProgressTracker;
  interrupt: AbortSignal;
}

/**
 * Runs a planned batch on a running engine and writes its report, also after an interruption: it then says how to go on.
 * Resolves with the exit code and the report.
 */
export async function runAndReport(engine: Engine, parts: RunAndReport): Promise<{ code: number; report: Report }> {
  const { config, folder, progress } = parts;
  const run = { ...parts, ...engine, window: config.window, now: Date.now, sleep, process: thisProcess };
  const code = await runBatch(run);
  progress.enter('reporting', 0);
  return { code, report: await writeReport(folder.path) };
}
