import { describe, expect, it } from 'vitest';
import { SharedLimits } from '../../src/queue/shared-limits.ts';

const [fast, slow] = [
  { max: 8, durationMs: 1_000 },
  { max: 1, durationMs: 1_000 },
];

describe('the limit of a queue that several use', () => {
  it('is the lowest, for as long as who has set it is there', () => {
    const limits = new SharedLimits();
    const [one, two] = [{}, {}];
    limits.set(one, 'lane-a', fast);
    limits.set(two, 'lane-a', slow);
    limits.set({}, 'lane-b', slow);
    expect(limits.lowest('lane-a')).toMatchObject(slow);
    expect(limits.own['lane-a']).toEqual({ ...slow, users: 2 });
    limits.drop(two);
    expect(limits.lowest('lane-a')).toMatchObject(fast);
  });

  it('is that of other processes where theirs is lower, and counts who is there', () => {
    const limits = new SharedLimits();
    limits.set({}, 'lane-a', fast);
    limits.heard([{ 'lane-a': { ...slow, users: 2 } }, { 'lane-b': { ...slow, users: 1 } }]);
    expect(limits.lowest('lane-a')).toMatchObject(slow);
    expect(limits.users('lane-a')).toBe(3);
    limits.heard([]);
    expect(limits.lowest('lane-a')).toMatchObject(fast);
    expect(limits.lowest('lane-c')).toBeUndefined();
  });
});
