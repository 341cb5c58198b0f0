import { describe, expect, it } from 'vitest';
import { BatchQueues } from '../../src/lane/batch-queues.ts';
import type { BatchId } from '../../src/terms.ts';

const batch = (n: number) => `b-${n}` as BatchId;

/** Queues that only tell which of them are closed. */
function counted() {
  const [opened, closed] = [[] as string[], [] as string[]];
  const queues = new BatchQueues((name) => {
    opened.push(name);
    return { name, close: async () => void closed.push(name) };
  });
  return { queues, opened, closed };
}

describe('the queues that a worker keeps open', () => {
  it('are opened once for each batch, and all closed in the end', async () => {
    const { queues, opened, closed } = counted();
    for (const n of [1, 2, 1, 2]) expect(await queues.use(batch(n), async ({ name }) => name)).toBe(batch(n));
    expect([opened, closed]).toEqual([[batch(1), batch(2)], []]);
    await queues.close();
    expect(closed.sort()).toEqual([batch(1), batch(2)]);
  });

  it('let go of the one not used for longest, never of one that is still being used', async () => {
    const { queues, closed } = counted();
    let end = () => {};
    const long = queues.use(batch(0), () => new Promise<void>((resolve) => (end = resolve)));
    for (let n = 1; n <= 20; n++) {
      await queues.use(batch(n), async () => {});
      await queues.use(batch(1), async () => {});
    }
    expect(closed).toEqual([]);
    await queues.use(batch(21), async () => {});
    expect(closed).toEqual([batch(2)]);
    end();
    await long;
    await Promise.resolve();
    expect(closed).toEqual([batch(2), batch(0)]);
  });

  it('give back what the use of one rejects with', async () => {
    const { queues } = counted();
    await expect(queues.use(batch(1), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
