import { describe, expect, it } from 'vitest';
import { JobWatch } from '../../../src/batch/dispatch/job-watch.ts';
import type { LaneJob } from '../../../src/lane/lane-job.ts';
import { rowJob } from '../../lane/jobs.ts';

/** A queue whose losses a test decides, and a clock it moves. */
function watched() {
  const held = new Set<string>();
  const asked: string[][] = [];
  const givenUp: string[] = [];
  let now = 0;
  let onDrained = () => {};
  const watch = new JobWatch(
    {
      has: async ({ key }) => held.has(key),
      drained: async () => onDrained(),
      again: async (jobs) => {
        asked.push(jobs.map(({ key }) => key));
      },
      giveUp: async ({ key }: LaneJob) => {
        givenUp.push(key);
      },
    },
    () => now,
  );
  return {
    watch,
    held,
    asked,
    givenUp,
    pass: (ms: number) => {
      now += ms;
    },
    whenDrained: (act: () => void) => {
      onDrained = act;
    },
  };
}
const job = (row: number) => rowJob({ key: `row-${row}`, row });

describe('jobs that a queue has lost', () => {
  it('are asked for again once the lane has been quiet, and only they', async () => {
    const { watch, held, asked, pass } = watched();
    for (const row of [1, 2]) watch.asked(job(row));
    held.add('row-1');
    await watch.check();
    expect(asked).toEqual([]);
    pass(10_000);
    await watch.check();
    expect(asked).toEqual([['row-2']]);
  });

  it('are not taken for lost while their answer is on its way', async () => {
    const { watch, asked, pass, whenDrained } = watched();
    watch.asked(job(1));
    whenDrained(() => watch.done('row-1'));
    pass(10_000);
    await watch.check();
    expect(asked).toEqual([]);
  });

  it('are not looked for while the lane cools down', async () => {
    const { watch, asked, pass } = watched();
    watch.asked(job(1));
    watch.coolingUntil(300_000);
    pass(300_000);
    await watch.check();
    expect(asked).toEqual([]);
    pass(10_000);
    await watch.check();
    expect(asked).toEqual([['row-1']]);
  });

  it('are given up when they are lost over and over', async () => {
    const { watch, asked, givenUp, pass } = watched();
    watch.asked(job(1));
    for (let look = 0; look < 6; look++) {
      pass(60_000);
      await watch.check();
    }
    expect(asked).toHaveLength(3);
    expect(givenUp).toEqual(['row-1']);
  });
});

describe('a lane', () => {
  it('is quiet when what it was asked for has had no answer for long, but not while it cools or is asked for nothing', () => {
    const { watch, pass } = watched();
    pass(60_000);
    expect(watch.isQuiet()).toBe(false);
    watch.asked(job(1));
    watch.asked(job(2));
    pass(9_999);
    expect(watch.isQuiet()).toBe(false);
    pass(1);
    expect(watch.isQuiet()).toBe(true);
    expect(watch.done('row-3')).toBe(false);
    expect(watch.isQuiet()).toBe(true);
    expect(watch.done('row-1')).toBe(true);
    expect(watch.isQuiet()).toBe(false);
    watch.coolingUntil(120_000);
    pass(20_000);
    expect(watch.isQuiet()).toBe(false);
  });
});
