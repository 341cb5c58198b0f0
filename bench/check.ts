/**
 * Whether speed is roughly what it was, on any machine: ratios within one run only, with wide margins. Ends with 1 where one is
 * overrun. `npm run bench:check`; Linux, a minute.
 */
import { CONTENDERS, measureEdits } from './measure-edits.ts';
import { publish } from './results.ts';
import { isHere } from './scene.ts';
import { startCosts } from './start-cost.ts';

const ROWS = 600;

/** Most processor time of an edit, in those of the official client. Measured: 2.5 and 0.65. */
const EDIT_MOST: Record<string, number> = { embedded: 5, redis: 1.3 };
/** Most processor time of a command that only reads files, in starts of Node.js itself. Measured: 1.5, 2.2, 2.1, 1.5 and 1.3. */
const START_MOST: Record<string, number> = {
  '--version': 3,
  'status latest': 4,
  'report latest': 4,
  'plan --help': 3,
  'complete -- status --': 2.5,
};

const rows: { what: string; times: number; most: number }[] = [];
const costs = new Map<string, number>();
for (const contender of CONTENDERS.filter(isHere)) {
  if (contender.name !== 'sdk' && EDIT_MOST[contender.name] === undefined) continue;
  costs.set(contender.name, (await measureEdits(contender, ROWS)).cpu_ms);
}
for (const [name, most] of Object.entries(EDIT_MOST)) {
  const cost = costs.get(name);
  if (cost !== undefined) rows.push({ what: `an edit, ${name}`, times: cost / (costs.get('sdk') ?? 1), most });
}
for (const { command, times } of await startCosts(Object.keys(START_MOST)))
  rows.push({ what: `hostroll ${command}`, times, most: START_MOST[command] ?? 0 });
await publish(
  'check',
  'processor time, in times of the official client and of a bare Node.js',
  rows.map(({ times, ...row }) => ({ ...row, times: times.toFixed(2) })),
);
if (rows.some(({ times, most }) => !(times <= most))) process.exitCode = 1;
