import type { Logger } from 'pino';
import type { Code } from '../codes/code.ts';
import { EXIT } from '../codes/exit.ts';
import type { BatchId } from '../terms.ts';
import type { RunCause } from './run-event.ts';
import type { RunLog } from './run-log.ts';
import type { Schedule } from './schedule.ts';

/** What is to be run. `resume` is the batch of an earlier run that is to be carried on. */
export interface ScheduledRun {
  schedule: Schedule;
  cause: RunCause;
  /** When it was due, in milliseconds; undefined where a person asked for it. */
  slot: number | undefined;
  resume: BatchId | undefined;
  /** To be told the batch as soon as it has a folder, so that it is found again after a crash. */
  onBatch(batch: BatchId): Promise<void>;
}

export interface RunResult {
  exit_code: number;
  code?: Code;
  message?: string;
}

/**
 * Carries out one run with its history: it is recorded, before anything is awaited, as started, and in any case as ended.
 * What `carryOut` rejects with is an unexpected failure, for the log.
 */
export async function recordedRun(
  history: RunLog,
  run: Omit<ScheduledRun, 'onBatch'>,
  log: Logger,
  carryOut: (run: ScheduledRun) => Promise<RunResult>,
): Promise<RunResult> {
  const { schedule, cause, slot, resume } = run;
  await history.record({
    type: 'started',
    cause,
    ...(slot === undefined ? {} : { slot: new Date(slot).toISOString() }),
    ...(resume === undefined ? {} : { batch: resume }),
  });
  const onBatch = (batch: BatchId) => history.record({ type: 'batch', batch });
  const result = await carryOut({ ...run, onBatch }).catch((error: Error): RunResult => {
    log.error({ event: 'schedule_run_failed', schedule: schedule.name, error: error.message });
    return { exit_code: EXIT.unexpected, code: 'UNEXPECTED', message: 'An unexpected failure; the log has it.' };
  });
  await history.record({ type: 'ended', ...result });
  return result;
}
