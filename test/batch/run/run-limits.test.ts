import { expect, it } from 'vitest';
import { RunLimits } from '../../../src/batch/run/run-limits.ts';

const call = { list: 0, read: 0, edit: 1 };

it('without limits, nothing ends a run', () => {
  const limits = new RunLimits(undefined, 10_000, Date.now);
  expect(limits.room(1_000)).toBe(Number.POSITIVE_INFINITY);
  expect(limits.window(2_000, [{ max: 1, durationMs: 313 }])).toBe(80);
  expect(limits.waitMs(60_000)).toBe(60_000);
});

it('counts calls of planning, of rows and of reads, and those that are on their way', () => {
  const limits = new RunLimits({ calls: 20 }, 5, Date.now);
  expect(limits.room(0)).toBe(15);
  expect(limits.room(10)).toBe(5);
  for (let row = 0; row < 10; row++) limits.called(call, true);
  expect(limits.room(0)).toBe(5);
  for (let read = 0; read < 5; read++) limits.takeRead();
  expect(() => limits.takeRead()).toThrow('used up');
  expect(limits.room(0)).toBe(0);
});

it('begins nothing once the time is over, and keeps little in the lanes before', () => {
  let now = 0;
  const limits = new RunLimits({ until: '1970-01-01T00:10:00Z' }, 0, () => now);
  expect(limits.room(0)).toBe(Number.POSITIVE_INFINITY);
  expect(limits.waitMs(3_600_000)).toBe(600_000);
  // 3.2 calls a second for 10 seconds.
  expect(limits.window(2_000, [{ max: 1, durationMs: 313 }])).toBe(32);
  now = 600_000;
  expect(limits.room(0)).toBe(0);
  expect(limits.waitMs(3_600_000)).toBe(0);
  expect(() => limits.takeRead()).toThrow('used up');
});
