import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { BatchFile } from '../src/batch/batch-file.ts';
import type { BatchFolder } from '../src/batch/batch-folder.ts';
import type { ProgressTracker } from '../src/batch/progress-tracker.ts';
import { runBatch } from '../src/batch/run-batch.ts';
import type { Config } from '../src/config/config.ts';
import type { Report } from '../src/report/report.ts';
import { renderText } from '../src/report/report-text.ts';
import { writeReport } from '../src/report/write-report.ts';
import { type Engine, sleep, thisProcess } from './engine.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs a planned batch on a running engine, writes its report and shows it. Resolves with the exit code. What is written
 * is also right after an interruption: it then says how to go on.
 */
export async function carryOut(
  engine: Engine,
  terminal: Terminal,
  parts: {
    config: Config;
    folder: BatchFolder;
    file: BatchFile;
    progress: ProgressTracker;
    interrupt: AbortSignal;
    json: boolean;
  },
): Promise<number> {
  const { config, folder, progress } = parts;
  const hide = terminal.show(() => progress.snapshot());
  let report: Report;
  let code: number;
  try {
    code = await runBatch({ ...parts, ...engine, window: config.window, now: Date.now, sleep, process: thisProcess });
    progress.enter('reporting', 0);
    report = await writeReport(folder.path);
  } finally {
    hide();
  }
  if (!parts.json) terminal.out(renderText(report, terminal));
  else for await (const text of createReadStream(join(folder.path, 'report.json'), 'utf8')) await terminal.stream(text);
  return code;
}
