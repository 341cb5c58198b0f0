import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

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

/** Resolves once a process of its own has taken a job of the queue; `kill` ends it as a power cut would. */
export async function holdingProcess(url: string, queue: string, options: object): Promise<{ kill(): Promise<void> }> {
  const args = ['--input-type=module', '--eval', SCRIPT, url, queue, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const taken = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([
    taken,
    gone.then(() => {
      throw new Error('The process ended before it took a job.');
    }),
  ]);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
