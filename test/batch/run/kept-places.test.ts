import { expect, it, onTestFinished } from 'vitest';
import { placesIn } from '../../../src/batch/run/kept-places.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';
import type { BatchId } from '../../../src/terms.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';

it('places are known to other batches of the lane until they are free, and then to nobody', async () => {
  const backend = await embeddedQueue();
  onTestFinished(() => backend.close());
  const [first, second] = ['b1', 'b2'].map((id) => placesIn(backend, id as BatchId));
  if (first === undefined || second === undefined) return;
  await first.keep('a', [100]);
  await first.keep('a', [100, 200]);
  await first.close();
  expect(await second.others('a', 50)).toEqual([100, 200]);
  expect(await second.others('a', 100)).toEqual([200]);
  expect(await second.others('b', 50)).toEqual([]);
  await second.keep('a', [300]);
  expect(await second.others('a', 250)).toEqual([]);
  expect(await withQueue(backend, 'issuance', (queue) => queue.getJobCountByTypes('waiting'))).toBe(1);
  await second.close();
});
