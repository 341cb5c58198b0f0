import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../codes/exit.ts';
import { FILE_MODE } from '../disk/private-folder.ts';
import { type BatchId, SECOND } from '../terms.ts';
import { readHistory } from './run-log.ts';
import { scheduleFiles } from './schedule-folder.ts';

/** How long a coordinator may take to begin; it looks at its files every 2 s. */
const BEGINS_WITHIN_MS = 15 * SECOND;
const POLL_MS = 200;

/** What became of a request: a sentence for people, the exit code, and the batch where there is one already. */
export interface AskedRun {
  message: string;
  exitCode: number;
  batch?: BatchId | undefined;
}

/** Leaves a request to run a schedule where process `pid`, which serves the schedules, looks for it, and waits until it has begun. */
export async function askForRun(state: string, name: string, pid: number): Promise<AskedRun> {
  const { request, runs } = scheduleFiles(state, name);
  const asked = new Date().toISOString();
  await writeFile(request, asked, { mode: FILE_MODE });
  const deadline = Date.now() + BEGINS_WITHIN_MS;
  while (Date.now() < deadline) {
    const { last, skipped } = await readHistory(runs);
    if (skipped !== undefined && skipped.at >= asked) return { message: skipped.message, exitCode: EXIT.inUse };
    if (last !== undefined && last.started_at >= asked && (last.batch !== undefined || last.ended_at !== undefined)) {
      const message = `Process ${pid} runs it; "hostroll schedule list" shows what comes of it.`;
      return { message, exitCode: last.exit_code ?? EXIT.ok, batch: last.batch };
    }
    await delay(POLL_MS);
  }
  const message = `Process ${pid} is asked to run it, and has not begun yet; "hostroll schedule list" shows when it has.`;
  return { message, exitCode: EXIT.ok };
}
