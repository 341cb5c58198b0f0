import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';
import type { ScheduledRun } from '../../src/schedule/recorded-run.ts';
import { readHistory } from '../../src/schedule/run-log.ts';
import {
  makeSchedulesFolder,
  removeSchedule,
  scheduleFiles,
  writeSchedule,
} from '../../src/schedule/schedule-folder.ts';
import { scheduleQueueName } from '../../src/schedule/schedule-queue.ts';
import { Scheduler, type SchedulerParts } from '../../src/schedule/scheduler.ts';
import type { BatchId } from '../../src/terms.ts';
import { contractBackends, type QueuePlace } from '../contract/contract-backend.ts';
import { until } from '../support/workspace.ts';

const HOUR = 3_600_000;

/** A coordinator's part: a state folder with one schedule, and a record of what was run. */
async function schedulerOn(backend: QueueBackend, { pattern = '* * * * * *', setAgo = 0 } = {}) {
  const state = await mkdtemp(join(tmpdir(), 'hostroll-schedules-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const runs: ScheduledRun[] = [];
  const said: string[] = [];
  let [going, most] = [0, 0];
  let hold: Promise<void> | undefined;
  const parts: SchedulerParts = {
    backend,
    coordinator: state,
    state,
    run: async (run) => {
      runs.push(run);
      most = Math.max(most, ++going);
      await run.onBatch(`batch-${runs.length}` as BatchId);
      await hold;
      going--;
      return { exit_code: 0 };
    },
    windowEnd: () => undefined,
    isUnfinished: async () => false,
    log: pino({ level: 'silent' }),
    say: (sentence) => said.push(sentence),
    now: Date.now,
  };
  const set = (more = {}) =>
    writeSchedule(state, {
      v: 1,
      name: 'nightly',
      pattern,
      tz: 'UTC',
      command: ['sweep', 'acme-store.net'],
      folder: state,
      set_at: new Date(Date.now() - setAgo).toISOString(),
      ...more,
    });
  await makeSchedulesFolder(state);
  await set();
  return {
    state,
    runs,
    said,
    set,
    files: scheduleFiles(state, 'nightly'),
    history: () => readHistory(scheduleFiles(state, 'nightly').runs),
    most: () => most,
    /** Runs that begin from now on go on until the returned function is called. */
    holdRuns: () => {
      let release = () => {};
      hold = new Promise<void>((resolve) => {
        release = resolve;
      });
      return release;
    },
    serve: async (more: Partial<SchedulerParts> = {}) => {
      const scheduler = await Scheduler.start({ ...parts, ...more });
      onTestFinished(() => scheduler.close());
      return scheduler;
    },
  };
}

const slots = (runs: readonly ScheduledRun[]): number[] => runs.map(({ slot }) => slot ?? 0);

describe.each(contractBackends())('schedules on $name', ({ place }) => {
  let at: QueuePlace;
  let backend: QueueBackend;
  beforeAll(async () => {
    at = await place();
    backend = await openQueueBackend(at.url, 'test');
  });
  afterAll(async () => {
    await backend.close();
    await at.remove();
  });

  it('run in each of their slots, once', async () => {
    const setup = await schedulerOn(backend);
    const scheduler = await setup.serve();
    // A machine that is busy for a second makes a run late, and leaves the slot out that it took the time of.
    const onTime = () => setup.runs.filter(({ cause }) => cause === 'on_time');
    await until(() => onTime().length >= 4, 'four runs on time of a schedule that is due every second');
    await scheduler.close();
    expect(new Set(slots(setup.runs)).size).toBe(setup.runs.length);
    expect((await setup.history()).last).toMatchObject({ exit_code: 0 });
  });

  it('skip a slot while the run before it is still going, and say so', async () => {
    const setup = await schedulerOn(backend);
    const release = setup.holdRuns();
    const scheduler = await setup.serve();
    await until(async () => (await setup.history()).skipped !== undefined, 'a skipped slot');
    expect(setup.runs).toHaveLength(1);
    expect((await setup.history()).skipped).toMatchObject({ code: 'SCHEDULE_OVERLAP' });
    expect(setup.said.join('\n')).toMatch(/was skipped, as the run before it, begun at .+, is still going/);
    release();
    await until(() => setup.runs.length >= 2, 'the next run');
    await scheduler.close();
    expect(setup.most()).toBe(1);
  });

  it('make up for what nobody ran with the latest slot alone, and say what was missed', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 * * * *', setAgo: 5.5 * HOUR });
    const scheduler = await setup.serve();
    await until(async () => (await setup.history()).last?.ended_at !== undefined, 'the late run');
    await scheduler.close();
    const again = await setup.serve();
    await again.close();
    expect(setup.runs.map(({ cause }) => cause)).toEqual(['late']);
    const newest = Math.floor(Date.now() / HOUR) * HOUR;
    expect(slots(setup.runs)).toEqual([newest]);
    const { missed } = await setup.history();
    expect(missed).toMatchObject({ code: 'SCHEDULE_MISSED', last: new Date(newest - HOUR).toISOString() });
    expect(missed?.count).toBeGreaterThanOrEqual(4);
    expect(setup.said.join('\n')).toContain('only the latest is made up for');
  });

  it('survive a restart of the coordinator: one catch-up for the time it was away, then every slot again', async () => {
    const setup = await schedulerOn(backend, { setAgo: 15_000 });
    // A clock that is behind ends its work in the past, as if it had been away since.
    const first = await setup.serve({ now: () => Date.now() - 10_000 });
    await until(() => setup.runs.length >= 2, 'two runs');
    await first.close();
    const before = setup.runs.length;
    const second = await setup.serve();
    await until(() => setup.runs.length >= before + 3, 'runs after the restart');
    await second.close();
    const [catchUp, ...others] = setup.runs.slice(before);
    expect(catchUp?.cause).toBe('late');
    expect(others.every(({ cause }) => cause === 'on_time')).toBe(true);
    expect((await setup.history()).missed?.count).toBeGreaterThanOrEqual(7);
    expect(new Set(slots(setup.runs)).size).toBe(setup.runs.length);
  });

  it('are not made up for once their time is over, and say so', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 * * * *', setAgo: 2.5 * HOUR });
    const scheduler = await setup.serve({ windowEnd: (_, slot) => slot + 1 });
    await scheduler.close();
    expect(setup.runs).toEqual([]);
    expect((await setup.history()).missed).toMatchObject({ code: 'SCHEDULE_WINDOW_OVER' });
    expect(setup.said.join('\n')).toContain('the time up to --until is over');
  });

  it('wake again after the queue has lost all it knew', async () => {
    const setup = await schedulerOn(backend);
    const scheduler = await setup.serve();
    await until(() => setup.runs.length >= 1, 'the first run');
    const queue = new Queue(scheduleQueueName(setup.state), backend.options, backend.factory);
    for (const { key } of await queue.getJobSchedulers()) await queue.removeJobScheduler(key);
    await queue.obliterate({ force: true });
    await queue.close();
    const lost = setup.runs.length;
    await until(() => setup.runs.length >= lost + 2, 'two runs after the loss');
    await scheduler.close();
    expect(new Set(slots(setup.runs)).size).toBe(setup.runs.length);
  });

  it('take up what is added, changed and removed while they are served', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 0 1 1 *' });
    const scheduler = await setup.serve();
    await setup.set({ pattern: '* * * * * *' });
    await until(() => setup.runs.length >= 1, 'a run by the new expression');
    await removeSchedule(setup.state, 'nightly');
    const after = setup.runs.length;
    await setup.set({ name: 'other', pattern: '* * * * * *' });
    await until(() => setup.runs.some(({ schedule }) => schedule.name === 'other'), 'a run of the other one');
    await scheduler.close();
    const late = setup.runs.slice(after).filter(({ schedule }) => schedule.name === 'nightly');
    expect(late.length).toBeLessThanOrEqual(1);
  });

  it('run out of turn when somebody asks', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 0 1 1 *' });
    const scheduler = await setup.serve();
    await writeFile(setup.files.request, '');
    await until(async () => (await setup.history()).last?.ended_at !== undefined, 'the run that was asked for');
    await scheduler.close();
    expect(setup.runs.map(({ cause, slot }) => ({ cause, slot }))).toEqual([{ cause: 'asked', slot: undefined }]);
  });

  it('keep a request until it is recorded, and answer one once that a crash left behind', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 0 1 1 *' });
    const asked = new Date(Date.now() - 1_000).toISOString();
    const started = { at: new Date().toISOString(), type: 'started', cause: 'asked' };
    await writeFile(setup.files.runs, `${JSON.stringify(started)}\n`);
    await writeFile(setup.files.request, asked);
    const scheduler = await setup.serve();
    await until(() => !existsSync(setup.files.request), 'the old request to go');
    expect(setup.runs).toEqual([]);
    expect((await setup.history()).last).toMatchObject({ cause: 'asked', code: 'BROKEN_OFF' });
    await writeFile(setup.files.request, new Date().toISOString());
    await until(() => !existsSync(setup.files.request), 'the new request to go');
    expect((await setup.history()).last).toMatchObject({ cause: 'asked' });
    await scheduler.close();
    expect(setup.runs).toHaveLength(1);
  });

  it('carry on what was broken off, before anything else', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 * * * *', setAgo: 1.5 * HOUR });
    const at = new Date().toISOString();
    const slot = new Date(Date.now() - 1.2 * HOUR).toISOString();
    const events = [
      { at, type: 'started', cause: 'on_time', slot },
      { at, type: 'batch', batch: 'batch-a' },
    ];
    await writeFile(setup.files.runs, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const scheduler = await setup.serve({ isUnfinished: async (batch) => batch === 'batch-a' });
    await until(() => setup.runs.length >= 1, 'the run that goes on');
    await scheduler.close();
    expect(setup.runs[0]).toMatchObject({ cause: 'resumed', resume: 'batch-a' });
  });

  it('belong to one process at a time, which is named', async () => {
    const setup = await schedulerOn(backend, { pattern: '0 0 1 1 *' });
    await setup.serve();
    await expect(setup.serve()).rejects.toThrow(`in use by process ${process.pid}`);
  });
});
