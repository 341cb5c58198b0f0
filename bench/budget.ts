/**
 * How much of an API's quota is used, and what overruns cost, in one run: hostroll against what people write by hand. A scaled quota: 60 calls in
 * 3 s in place of 1,200 in 300 s, and 3 s of lock-out for everybody on the token after an overrun. A person uses the same token
 * meanwhile, with a twentieth of the quota. Each contender has so long from its first edit: `npm run bench -- budget [--seconds 30]`;
 * `--picture` draws docs/budget.svg.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, REDIS } from '../test/support/servers/server-kinds.ts';
import { drawStrips, type Strip } from './pictures.ts';
import { publish } from './results.ts';
import { HOSTROLL, isHere, LOOP, withScene } from './scene.ts';

const QUOTA = { calls: 60, windowMs: 3 * SECOND };
/** Of the person: three calls a window. */
const PERSON_EVERY_MS = 1 * SECOND;
const LATENCY_MS = 150;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, picture: { type: 'boolean', default: false } },
});
const spanMs = Number(values.seconds) * SECOND;
/** More than the quota lets through in that time, and in the time of the start. */
const HOSTNAMES = Math.ceil((spanMs / QUOTA.windowMs) * QUOTA.calls * 1.5);

const loop = (how: string) => [LOOP, how, 'hostnames', String(QUOTA.calls), String(QUOTA.windowMs)];
const apply = (...more: string[]) => [
  HOSTROLL,
  ...['apply', 'm.csv', '--quota', `${QUOTA.calls}/${QUOTA.windowMs / SECOND}`, ...more, '--wait', '0', '--yes'],
];
const CONTENDERS = [
  { name: 'hostroll (share 0.8)', args: apply(), queue: EMBEDDED },
  { name: 'hostroll --share 0.9', args: apply('--share', '0.9'), queue: EMBEDDED },
  { name: 'SDK under p-limit(50)', args: loop('p-limit') },
  { name: 'SDK under bottleneck', args: loop('bottleneck') },
  { name: 'SDK under p-throttle', args: loop('p-throttle') },
  { name: 'SDK under a bare BullMQ limiter', args: loop('bullmq'), queue: REDIS },
];

const rate_limit = { quota: QUOTA.calls, window_ms: QUOTA.windowMs, block_ms: QUOTA.windowMs };
const rows: Record<string, string | number>[] = [];
const strips: Strip[] = [];
for (const { name, args, queue } of CONTENDERS.filter(isHere)) {
  const behaviour = { rate_limit, latency_ms: LATENCY_MS };
  await withScene({ hostnames: HOSTNAMES, queue, behaviour }, async ({ api, start }) => {
    const begun = new Promise<void>((resolve) => api.on('first', resolve));
    start(args);
    await begun;
    const ends = performance.now() + spanMs;
    const moments: Strip['moments'] = [];
    let [refused, lockedSince, longest] = [0, 0, 0];
    const before = await api.judge();
    let [edited, at] = [before.hostnames, performance.now()];
    while (performance.now() < ends) {
      const headers = { authorization: `Bearer ${api.token}` };
      const { status } = await fetch(`${api.url}/zones/${api.zone}`, { headers });
      const isLockedOut = status === 429;
      if (isLockedOut) {
        refused++;
        lockedSince ||= performance.now();
        longest = Math.max(longest, performance.now() - lockedSince);
      } else lockedSince = 0;
      await delay(PERSON_EVERY_MS);
      const { hostnames } = await api.judge();
      const could = ((performance.now() - at) / QUOTA.windowMs) * QUOTA.calls;
      moments.push({ used: (hostnames - edited) / could, isLockedOut });
      [edited, at] = [hostnames, performance.now()];
    }
    const after = await api.judge();
    const used = (after.hostnames - before.hostnames) / ((spanMs / QUOTA.windowMs) * QUOTA.calls);
    strips.push({ name, moments });
    rows.push({
      name,
      'edits/hour at 1,200/300 s': Math.round(used * 14_400),
      '% of the quota': (100 * used).toFixed(0),
      '429s': after.limited - before.limited,
      'of a person': `${refused} of ${moments.length}`,
      'locked out, windows in a row': (longest / QUOTA.windowMs).toFixed(1),
    });
  });
}
await publish('budget', `${values.seconds} s each, ${QUOTA.calls} calls in ${QUOTA.windowMs / SECOND} s`, rows);
if (values.picture)
  await drawStrips(
    'budget',
    `Part of the quota that edits use, over ${values.seconds} s; red: a person on the same token is locked out`,
    strips,
  );
