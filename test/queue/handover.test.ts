import { setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Handover } from '../../src/queue/handover.ts';

it('gives a value to whoever takes what is meant for its queue, and says where nobody does', async () => {
  const handover = new Handover();
  const taken: unknown[] = [];
  const end = handover.begin('a', async (value) => void taken.push(value));
  expect([await handover.give('a', 1), await handover.give('b', 2)]).toEqual([true, false]);
  await end();
  expect([await handover.give('a', 3), taken]).toEqual([false, [1]]);
});

it('fails with its taker, so that the job behind the value is not done', async () => {
  const handover = new Handover();
  handover.begin('a', () => Promise.reject(new Error('the disk is full')));
  await expect(handover.give('a', 1)).rejects.toThrow('the disk is full');
});

it('ends only when all that was given is taken', async () => {
  const handover = new Handover();
  let keep = (): void => {};
  const end = handover.begin('a', () => new Promise((resolve) => (keep = resolve)));
  const given = handover.give('a', 1);
  let ended = false;
  const ending = end().then(() => (ended = true));
  await tick();
  expect(ended).toBe(false);
  keep();
  await ending;
  expect(await given).toBe(true);
});
