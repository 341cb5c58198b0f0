import type { Logger } from 'pino';
import type { CloudflareClient } from '../cloudflare/client.ts';
import { Queue } from '../queue/bullmq.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { ReadableWorker } from '../queue/readable-worker.ts';
import type { SealKeyring } from '../secrets/seal-keyring.ts';
import { BatchQueues } from './batch-queues.ts';
import { BundleOpener } from './bundle-opener.ts';
import { laneQueueName } from './lane-job.ts';
import { resultsQueueName } from './lane-result.ts';
import { laneProcessor } from './processor.ts';
import { workerOptions } from './queue-options.ts';
import { ResultsOut } from './results-out.ts';

export interface LaneWorkerOptions {
  backend: QueueBackend;
  lane: string;
  client: CloudflareClient;
  concurrency: number;
  keyring: SealKeyring;
  log: Logger;
}

export interface LaneWorker {
  /** Takes no more jobs, lets calls in flight end, and returns. What waits stays in the queue. */
  close(): Promise<void>;
}

/** Starts taking jobs of a lane: one call each, at the pace that the lane's limit in the queue allows. */
export function startLaneWorker({ backend, lane, client, concurrency, keyring, log }: LaneWorkerOptions): LaneWorker {
  const { options, factory, exclusive, lockMs, handover } = backend;
  const name = laneQueueName(lane);
  const laneQueue = new Queue(name, options, factory);
  const results = new BatchQueues((batch) => new ResultsOut(backend, batch, log));
  const bundles = new BundleOpener({ backend, keyring, log });
  const processor = laneProcessor({
    client,
    log,
    openBundle: (batch, id) => bundles.open(batch, id),
    lane: { name: lane, queue: laneQueue },
    alone: exclusive,
    lockMs,
    deliver: async (batch, result) => {
      if (await handover.give(resultsQueueName(batch), result)) return;
      await results.use(batch, (queue) => queue.put(result));
    },
    random: Math.random,
    now: Date.now,
  });
  const worker = new ReadableWorker(name, processor, { ...workerOptions(backend), concurrency }, factory);
  worker.on('error', (error) => log.error({ event: 'lane_worker_error', lane, error: error.message }));
  worker.on('failed', (job, error) => log.error({ event: 'lane_job_failed', job: job?.id, error: error.message }));
  worker.on('stalled', (job) => log.warn({ event: 'lane_job_stalled', job }));
  laneQueue.on('error', (error) => log.error({ event: 'lane_queue_error', lane, error: error.message }));
  return {
    close: async () => {
      await worker.close();
      await bundles.close();
      await Promise.all([laneQueue, results].map((queue) => queue.close()));
    },
  };
}
