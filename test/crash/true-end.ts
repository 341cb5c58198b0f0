import { expect } from 'vitest';
import { laneQueueName } from '../../src/lane/lane-job.ts';
import { resultsQueueName } from '../../src/lane/lane-result.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { BatchId } from '../../src/terms.ts';
import type { Fleet } from '../servers/fleet.ts';
import { jobsIn } from '../servers/jobs-in.ts';

/** Jobs in the lane, in the batch's own queues and of its leases, in whatever state. */
export async function jobsLeft({ server, batch }: Fleet): Promise<Record<string, number>> {
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
export async function expectTrueEnd(fleet: Fleet): Promise<void> {
  const outcomes = fleet.ledger().filter(({ type }) => type === 'outcome');
  expect(new Set(outcomes.map(({ row }) => row)).size).toBe(fleet.names.length);
  expect(outcomes).toHaveLength(fleet.names.length);
  expect(outcomes.filter(({ outcome }) => outcome !== 'edited')).toEqual([]);
  const { applied, blind_repeats, unread_repeats, rejected } = fleet.api.judge();
  const told = ({ hostname }: { hostname: string }) => ({ hostname, calls: fleet.api.calls(hostname) });
  expect({ blind: blind_repeats.map(told), unread: unread_repeats.map(told) }).toEqual({ blind: [], unread: [] });
  // Calls whose process died have no answer; nothing else was refused.
  expect(Object.keys(rejected).filter((cause) => cause !== 'no_answer')).toEqual([]);
  expect(applied.size).toBe(fleet.names.length);
  for (const [hostname, times] of applied) {
    const kinds = fleet.api.calls(hostname).map(({ kind }) => kind);
    if (times > 1) expect(kinds.slice(0, kinds.lastIndexOf('edit')), hostname).toContain('read');
  }
  expect(Object.values(await jobsLeft(fleet))).toEqual([0, 0, 0, 0]);
}
