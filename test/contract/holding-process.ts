import { scriptProcess } from '../support/servers/script-process.ts';

/** Takes one job and never ends it, renewing its lock, as a worker does that waits for an answer. */
const SCRIPT = `
import { Worker } from 'bullmq';
import { openQueueBackend } from './dist/src/queue/open-queue.js';
const [url, name, options] = process.argv.slice(1);
const { options: connection, factory } = await openQueueBackend(url, 'test');
const holding = async (job) => {
  console.log(job.id);
  await new Promise(() => {});
};
new Worker(name, holding, { ...JSON.parse(options), ...connection }, factory).on('error', () => {});
`;

/** Resolves once a process of its own has taken a job of the queue. */
export const holdingProcess = (url: string, queue: string, options: object): Promise<{ kill(): Promise<void> }> =>
  scriptProcess(SCRIPT, [url, queue, JSON.stringify(options)]);
