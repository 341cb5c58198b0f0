import { expect, it } from 'vitest';
import { Gathered } from '../../src/queue/gathered.ts';

it('asks together what comes at the same moment, or while others are asked, and tells each its own answer or failure', async () => {
  const groups: number[][] = [];
  let answer = (): void => {};
  const doubled = new Gathered(async (asked: number[]) => {
    groups.push(asked);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    if (asked.includes(13)) throw new Error('no answer');
    return asked.map((each) => 2 * each);
  });
  const asked = async (times: number) => {
    while (groups.length < times) await new Promise(setImmediate);
  };

  const first = [1, 2].map((each) => doubled.ask(each));
  await asked(1);
  const second = [3, 13].map((each) => doubled.ask(each));
  answer();
  expect(await Promise.all(first)).toEqual([2, 4]);
  await asked(2);
  answer();
  expect((await Promise.allSettled(second)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const last = doubled.ask(5);
  await asked(3);
  answer();
  expect(await last).toBe(10);
  expect(groups).toEqual([[1, 2], [3, 13], [5]]);
});
