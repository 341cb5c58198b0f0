import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/codes/exit.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import { makeSchedulesFolder, scheduleFiles, schedulesLock } from '../../src/schedule/schedule-folder.ts';
import { hostroll } from '../support/shell.ts';

it('"schedule run" says that a run is going already, and ends with the exit code of what is in use', async () => {
  const state = await mkdtemp(join(tmpdir(), 'hostroll-overlap-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const added = ['schedule', 'add', 'nightly', '--cron', '@daily', '--tz', 'UTC', '--state', state];
  expect((await hostroll([...added, '--', 'sweep', 'acme-store.net'])).code).toBe(0);
  await makeSchedulesFolder(state);
  const lock = await takeProcessLock(schedulesLock(state), 'The list of schedules', 'hostroll serve');
  onTestFinished(() => lock.release());
  // What the coordinator writes, which holds the lock, when it finds the request.
  const at = new Date(Date.now() + 60_000).toISOString();
  const message = 'Schedule nightly: the run that was asked for was skipped.';
  const skipped = { at, type: 'skipped', code: 'SCHEDULE_OVERLAP', message };
  await appendFile(scheduleFiles(state, 'nightly').runs, `${JSON.stringify(skipped)}\n`);
  expect(await hostroll(['schedule', 'run', 'nightly', '--state', state])).toEqual({
    code: EXIT.inUse,
    stdout: '',
    stderr: `${message}\n`,
  });
});
