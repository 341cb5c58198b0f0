import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { formatClock } from '../text/format-time.ts';
import { type Attendance, aborted, ownEngine } from './engine.ts';
import { isUnfinished, runScheduled, windowEnd } from './run-scheduled.ts';
import { submissionRunner } from './run-submission.ts';
import { type RunSubmission, takeSubmissions } from './take-submissions.ts';

/** Carries out schedules and submitted batches until `interrupt`, on an engine of its own. */
export function serve(config: Config, { command, interrupt, say }: Attendance): Promise<void> {
  return ownEngine(config, { command, warn: say })(async (engine) => {
    const me = `${hostname()}:${resolve(config.state)}`;
    const coordinator = { engine, config, interrupt, command };
    const scheduler = await Scheduler.start({
      ...engine,
      coordinator: me,
      state: config.state,
      run: (run) => runScheduled(coordinator, run),
      windowEnd,
      isUnfinished: (batch) => isUnfinished(config.state, batch),
      say,
      now: Date.now,
    });
    // Nothing can be submitted to a queue that belongs to this process alone.
    const submissions = engine.backend.exclusive
      ? undefined
      : takeSubmissions({ ...engine, me, run: telling(submissionRunner(coordinator), say) });
    const takes = submissions === undefined ? 'runs schedules' : 'runs schedules and takes batches';
    say(`Coordinator ${me} ${takes} on ${engine.backend.name}. Ctrl-C ends it.`);
    await aborted(interrupt);
    await Promise.all([scheduler.close(), submissions?.close()]);
  });
}

/** Says when a submission begins and ends. */
const telling =
  (run: RunSubmission, say: Attendance['say']): RunSubmission =>
  async (submission, job) => {
    const { id, manifest, submitted_by } = submission;
    const now = () => formatClock(Date.now());
    say(`${now()} Submission ${id} (${manifest}, from ${submitted_by}) begins.`);
    try {
      const result = await run(submission, job);
      if (result !== 'interrupted')
        say(`${now()} Batch ${result.batch} of submission ${id} has ended, exit code ${result.exit_code}.`);
      return result;
    } catch (error) {
      say(`${now()} Submission ${id} came to no batch: ${(error as Error).message}`);
      throw error;
    }
  };
