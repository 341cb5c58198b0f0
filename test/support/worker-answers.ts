import { Queue } from 'bullmq';
import { laneJobId, laneQueueName, newLaneJob } from '../../src/lane/lane-job.ts';
import { resultsQueueName } from '../../src/lane/lane-result.ts';
import { JOB_OPTIONS } from '../../src/lane/queue-options.ts';
import { toQueue } from '../../src/lane/queue-value.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import type { BatchId, ZoneId } from '../../src/terms.ts';
import type { Cluster } from './cluster.ts';
import { until } from './workspace.ts';

/** Resolves once a worker has answered a read that this process asks for; for when no coordinator runs. */
export async function workerAnswers({ server, api }: Cluster): Promise<void> {
  const batch = 'probe' as BatchId;
  const zone_id = api.zones[0]?.id as ZoneId;
  const job = newLaneJob({ kind: 'page', batch, key: 'page-1', zone_id, page: 1, per_page: 5 });
  const backend = await openQueueBackend(server.url, 'test');
  const [lane, results] = [laneQueueName('default'), resultsQueueName(batch)].map(
    (name) => new Queue(name, { ...backend.options, defaultJobOptions: JOB_OPTIONS }, backend.factory),
  );
  for (const queue of [lane, results]) queue?.on('error', () => {});
  try {
    await lane?.add(job.kind, toQueue(job), { jobId: laneJobId(job) });
    await until(async () => (await results?.getJobCountByTypes('waiting')) === 1, 'a worker to answer');
  } finally {
    await results?.obliterate({ force: true });
    await Promise.all([lane?.close(), results?.close()]);
    await backend.close();
  }
}
