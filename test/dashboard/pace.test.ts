import { expect, it } from 'vitest';
import { Pace } from '../../src/dashboard/pace.ts';

it('the pace of a batch of days is told in few points, and no call is lost', () => {
  const pace = new Pace();
  for (let second = 0; second < 100_000; second += 10) pace.add(second * 1_000, 5);
  const [seconds, rates] = pace.points();
  expect(seconds.length).toBeLessThanOrEqual(600);
  const width = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  expect(rates.reduce((sum, rate) => sum + rate * width, 0)).toBeCloseTo(50_000);
  expect(rates[3]).toBeCloseTo(0.5, 1);
});

it('the pace of seconds is told by the second, with those in which nothing was called', () => {
  const pace = new Pace();
  pace.add(5_000, 3);
  pace.add(7_500, 1);
  expect(pace.points()).toEqual([
    [5, 6, 7],
    [3, 0, 1],
  ]);
});
