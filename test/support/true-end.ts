import { expect } from 'vitest';
import { laneQueueName } from '../../src/lane/lane-job.ts';
import { resultsQueueName } from '../../src/lane/lane-result.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { BatchId } from '../../src/terms.ts';
import type { Cluster } from './cluster.ts';
import { jobsIn } from './servers/jobs-in.ts';

/** Jobs in the lane, in the batch's own queues and of its leases, in whatever state. */
export async function jobsLeft({ server, batch }: Cluster): Promise<Record<string, number>> {
  const backend = await openQueueBackend(server.url, 'test');
  try {
    const left: Record<string, number> = {};
    const ofBatch = [resultsQueueName(batch() as BatchId), `bundles-${batch()}`];
    for (const name of [laneQueueName('default'), 'leases', ...ofBatch]) {
      left[name] = await jobsIn(backend, name);
    }
    return left;
  } finally {
    await backend.close();
  }
}

/**
 * What holds at the end of a batch, whatever died on the way: each row has one outcome, each hostname was edited, more
 * than once only after a read, and nothing waits in a queue.
 */
export async function expectTrueEnd(cluster: Cluster): Promise<void> {
  const outcomes = cluster.ledger().filter(({ type }) => type === 'outcome');
  expect(new Set(outcomes.map(({ row }) => row)).size).toBe(cluster.names.length);
  expect(outcomes).toHaveLength(cluster.names.length);
  expect(outcomes.filter(({ outcome }) => outcome !== 'edited')).toEqual([]);
  const { applied, blind_repeats, unread_repeats, rejected } = cluster.api.judge();
  const told = ({ hostname }: { hostname: string }) => ({ hostname, calls: cluster.api.calls(hostname) });
  expect({ blind: blind_repeats.map(told), unread: unread_repeats.map(told) }).toEqual({ blind: [], unread: [] });
  // Calls whose process died have no answer; nothing else was refused.
  expect(Object.keys(rejected).filter((cause) => cause !== 'no_answer')).toEqual([]);
  expect(applied.size).toBe(cluster.names.length);
  for (const [hostname, times] of applied) {
    const kinds = cluster.api.calls(hostname).map(({ kind }) => kind);
    if (times > 1) expect(kinds.slice(0, kinds.lastIndexOf('edit')), hostname).toContain('read');
  }
  expect(Object.values(await jobsLeft(cluster))).toEqual([0, 0, 0, 0]);
}
