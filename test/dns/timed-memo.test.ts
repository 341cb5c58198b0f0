import { expect, test } from 'vitest';
import { TimedMemo } from '../../src/dns/timed-memo.ts';

function memoAt(capacity = 10) {
  const clock = { now: 1_000 };
  const memo = new TimedMemo<number>({ capacity, lifeMs: (value) => value, now: () => clock.now });
  const asked: string[] = [];
  const get = (key: string, value: number) => memo.get(key, async () => asked.push(key) && value);
  return { memo, clock, asked, get };
}

test('a value is found once, and again when its life is over', async () => {
  const { clock, asked, get } = memoAt();
  expect(await Promise.all([get('a', 50), get('a', 50)])).toEqual([50, 50]);
  clock.now += 50;
  await get('a', 50);
  clock.now += 51;
  await get('a', 50);
  expect(asked).toEqual(['a', 'a']);
});

test('a value without a life, and a failure, are not kept', async () => {
  const { memo, asked, get } = memoAt();
  await get('none', 0);
  await expect(memo.get('bad', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  await get('none', 0);
  await get('bad', 1);
  expect(asked).toEqual(['none', 'none', 'bad']);
});

test('the one not asked for the longest goes first', async () => {
  const { asked, get } = memoAt(2);
  await get('a', 1_000);
  await get('b', 1_000);
  await get('a', 1_000);
  await get('c', 1_000);
  await get('a', 1_000);
  await get('b', 1_000);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
