import { expect, test } from 'vitest';
import { BatchQueues } from '../../src/lane/batch-queues.ts';
import type { BatchId } from '../../src/terms.ts';

const batch = (number: number) => `20260101-120000-${String(number).padStart(4, '0')}` as BatchId;

test('twenty short batches do not close the queue of a long one that is in use', () => {
  const closed: BatchId[] = [];
  const queues = new BatchQueues((id) => ({ close: async () => closed.push(id) }));
  const long = queues.of(batch(0));
  for (let number = 1; number <= 25; number += 1) {
    queues.of(batch(number));
    expect(queues.of(batch(0))).toBe(long);
  }
  expect(closed).toEqual([1, 2, 3, 4, 5, 6].map(batch));
});
