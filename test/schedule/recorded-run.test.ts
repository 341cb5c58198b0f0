import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type RunResult, recordedRun, type ScheduledRun } from '../../src/schedule/recorded-run.ts';
import { RunLog } from '../../src/schedule/run-log.ts';
import type { Schedule } from '../../src/schedule/schedule.ts';
import type { BatchId } from '../../src/terms.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The history of a run that was carried out so, and what it came to. */
async function recorded(carryOut: (run: ScheduledRun) => Promise<RunResult>) {
  const log = await RunLog.open(join(await tempFolder(), 'runs.jsonl'), Date.now);
  const schedule = { name: 'nightly' } as Schedule;
  const run = { schedule, cause: 'asked', slot: undefined, resume: undefined } as const;
  const result = await recordedRun(log, run, pino({ level: 'silent' }), carryOut);
  await log.close();
  return { result, last: log.history.last };
}

describe('a run', () => {
  it('is recorded with its batch and what it came to', async () => {
    const { result, last } = await recorded(async ({ onBatch }) => {
      await onBatch('batch-a' as BatchId);
      return { exit_code: 2, message: 'one failed' };
    });
    expect(result).toEqual({ exit_code: 2, message: 'one failed' });
    expect(last).toMatchObject({ cause: 'asked', batch: 'batch-a', exit_code: 2, message: 'one failed' });
    expect(last?.ended_at).toBeDefined();
  });

  it('is recorded as ended where it fails in a way nobody foresaw', async () => {
    const { result, last } = await recorded(() => Promise.reject(new TypeError('x is not a function')));
    expect(result).toMatchObject({ exit_code: 70, code: 'UNEXPECTED' });
    expect(last).toMatchObject({ exit_code: 70, code: 'UNEXPECTED' });
  });
});
