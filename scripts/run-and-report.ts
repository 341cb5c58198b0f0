import type { BatchFile } from '../src/batch/batch-file.ts';
import type { BatchFolder } from '../src/batch/batch-folder.ts';
import type { ProgressTracker } from '../src/batch/progress-tracker.ts';
import { runBatch } from '../src/batch/run-batch.ts';
import type { Config } from '../src/config/config.ts';
import type { Report } from '../src/report/report.ts';
import { writeReport } from '../src/report/write-report.ts';
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
