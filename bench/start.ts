/**
 * What it takes to begin: processor time of commands that only read files, in starts of Node.js itself, and how long `plan`
 * takes to its first call on each queue, the least of several starts, the first of which may set the queue up:
 * `npm run bench -- start`.
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, REDIS } from '../test/support/servers/server-kinds.ts';
import { UNLIMITED } from './measure-edits.ts';
import { processorMs } from './process-cost.ts';
import { publish } from './results.ts';
import { HOSTROLL, isHere, withScene } from './scene.ts';
import { startCosts } from './start-cost.ts';

const HOSTNAMES = 200;
const STARTS = 5;
const COMMANDS = [
  ...['--version', '--help', 'status', 'status latest', 'report latest', 'why latest 1'],
  ...['report --help', 'complete -- status --', 'plan --help'],
];

const starts = (await startCosts(COMMANDS)).map(({ command, ms, times }) => ({
  ...{ command, 'processor ms': Math.round(ms), 'starts of Node.js': times.toFixed(2) },
}));
await publish('start', 'commands that only read files, beside a finished batch of 300 rows', starts);

const plans: { queue: string; 'first call s': string; 'processor s': string }[] = [];
for (const queue of [EMBEDDED, REDIS].filter((kind) => isHere({ queue: kind }))) {
  const seen = await withScene({ hostnames: HOSTNAMES, queue }, async ({ api, start }) => {
    const runs: { s: number; cpu: number }[] = [];
    for (let run = 0; run < STARTS; run++) {
      const called = api.nextCall();
      const begun = performance.now();
      const plan = start([HOSTROLL, 'plan', 'm.csv', ...UNLIMITED]);
      const ended = once(plan, 'exit');
      await called;
      runs.push({ s: (performance.now() - begun) / SECOND, cpu: processorMs(plan.pid ?? 0) / SECOND });
      const [code] = await ended;
      if (code !== 0) throw new Error(`plan ended with ${code}.`);
    }
    return runs.slice(1);
  });
  const least = (of: 's' | 'cpu') => Math.min(...seen.map((run) => run[of])).toFixed(2);
  plans.push({ queue: queue.name, 'first call s': least('s'), 'processor s': least('cpu') });
}
await publish('start-plan', 'from the start of plan to its first call', plans);
