/**
 * The official client in a loop, as people write it by hand: `edit-loop.js <how> <file> [calls] [window in ms]` edits each
 * hostname that is a line of the file, id and name, at most 50 calls side by side, under the limiter that is named; or
 * finds out the ids first. What the client gives up after its own retries is left, as in most such scripts.
 */
import { readFileSync } from 'node:fs';
import Cloudflare from 'cloudflare';
import pLimit from 'p-limit';

const SIDE_BY_SIDE = 50;
const [how, file, calls, windowMs] = process.argv.slice(2);
const { CLOUDFLARE_BASE_URL: baseURL, CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_ZONE_ID: zone_id } = process.env;
const limit = { calls: Number(calls), windowMs: Number(windowMs) };
const client = new Cloudflare({ baseURL, apiToken });
const edit = (id) => client.customHostnames.edit(id, { zone_id, custom_metadata: { tier: 'gold' } }).catch(() => {});
const idOf = async (hostname) => (await client.customHostnames.list({ zone_id, hostname })).result[0].id;

/** Each resolves when all edits have ended. */
const HOW = {
  'p-limit': (ids) => pLimit(SIDE_BY_SIDE).map(ids, edit),
  find: (_, names) => pLimit(SIDE_BY_SIDE).map(names, async (name) => edit(await idOf(name))),
  'find-verify': (_, names) =>
    pLimit(SIDE_BY_SIDE).map(names, async (name) => {
      const id = await idOf(name);
      await edit(id);
      await client.customHostnames.get(id, { zone_id });
    }),
  list: async (_, names) => {
    const wanted = new Set(names);
    const ids = [];
    for await (const { id, hostname } of client.customHostnames.list({ zone_id, per_page: 50 }))
      if (wanted.has(hostname)) ids.push(id);
    await pLimit(SIDE_BY_SIDE).map(ids, edit);
  },
  bottleneck: async (ids) => {
    const { default: Bottleneck } = await import('bottleneck');
    const reservoir = {
      reservoir: limit.calls,
      reservoirRefreshAmount: limit.calls,
      reservoirRefreshInterval: limit.windowMs,
    };
    const limiter = new Bottleneck({ maxConcurrent: SIDE_BY_SIDE, ...reservoir });
    await Promise.all(ids.map((id) => limiter.schedule(() => edit(id))));
  },
  'p-throttle': async (ids) => {
    const { default: pThrottle } = await import('p-throttle');
    const throttled = pThrottle({ limit: limit.calls, interval: limit.windowMs })(edit);
    await pLimit(SIDE_BY_SIDE).map(ids, throttled);
  },
  bullmq: async (ids) => {
    const { Queue, Worker } = await import('bullmq');
    const connection = { url: process.env.HOSTROLL_QUEUE };
    await new Queue('edits', { connection }).addBulk(ids.map((id) => ({ name: 'edit', data: { id } })));
    const limiter = { max: limit.calls, duration: limit.windowMs };
    const worker = new Worker('edits', ({ data }) => edit(data.id), { connection, limiter, concurrency: SIDE_BY_SIDE });
    await new Promise((resolve) => worker.on('drained', resolve));
  },
};

const lines = readFileSync(file, 'utf8').trim().split('\n');
const [ids, names] = [0, 1].map((column) => lines.map((line) => line.split(' ')[column]));
await HOW[how](ids, names);
