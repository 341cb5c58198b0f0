/**
 * What an edit costs at least, with hostroll's own queue, HTTP call and log, and nothing of hostroll between them:
 * `floor.js <file>` edits each hostname that is a line of the file, id and name. A job per edit, 50 side by side; its answer is
 * parsed, and on the disk before the job is done. No plan, no limit, no retry, no question whether a job is still its worker's.
 */
import { readFile } from 'node:fs/promises';
import { Agent } from 'undici';
import { httpCall } from '../src/cloudflare/http-call.ts';
import { AppendLog } from '../src/disk/append-log.ts';
import { JOB_OPTIONS } from '../src/lane/queue-options.ts';
import { type Job, Queue, Worker } from '../src/queue/bullmq.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { SECOND } from '../src/terms.ts';

const SIDE_BY_SIDE = 50;
/** As many jobs as hostroll has in a queue at a time, and hands over at once. */
const [WINDOW, CHUNK] = [2_000, 200];
const LIMITS = { timeoutMs: 30 * SECOND, maxBytes: 1024 * 1024, onHead: () => {} };

const { CLOUDFLARE_BASE_URL = '', CLOUDFLARE_API_TOKEN, CLOUDFLARE_ZONE_ID, HOSTROLL_QUEUE = '' } = process.env;
const { origin, pathname } = new URL(`${CLOUDFLARE_BASE_URL}/zones/${CLOUDFLARE_ZONE_ID}/custom_hostnames/`);
const headers = { authorization: `Bearer ${CLOUDFLARE_API_TOKEN}`, 'content-type': 'application/json' };
const body = JSON.stringify({ custom_metadata: { tier: 'gold' } });
const agent = new Agent({ connections: SIDE_BY_SIDE });
const log = await AppendLog.open('outcomes.jsonl');

async function edit({ data: { id } }: Job): Promise<void> {
  const path = pathname + id;
  const answer = await httpCall(agent, { origin, path, method: 'PATCH', headers, body }, LIMITS);
  const { result } = JSON.parse(answer ?? '');
  await log.append({ id, status: result.status, ssl_status: result.ssl?.status });
}

const ids = (await readFile(process.argv[2] ?? '', 'utf8'))
  .trim()
  .split('\n')
  .map((line) => line.split(' ')[0]);
const backend = await openQueueBackend(HOSTROLL_QUEUE, 'bench');
const { options, factory } = backend;
const queue = new Queue('floor', { ...options, defaultJobOptions: JOB_OPTIONS }, factory);
const feed = (): Promise<unknown> => queue.addBulk(ids.splice(0, CHUNK).map((id) => ({ name: 'edit', data: { id } })));
let left = ids.length;
while (ids.length > 0 && left - ids.length < WINDOW) await feed();
const worker = new Worker('floor', edit, { ...options, concurrency: SIDE_BY_SIDE }, factory);
await new Promise<void>((resolve, reject) => {
  worker.on('error', reject);
  worker.on('completed', () => {
    left--;
    if (left % CHUNK === 0 && ids.length > 0) void feed().catch(reject);
    if (left === 0) resolve();
  });
});
await worker.close();
await queue.close();
await Promise.all([backend.close(), agent.close(), log.close()]);
