/**
 * Edits a second, processor time and memory of hostroll on each queue against the official client in a loop with 50 calls
 * side by side, all in one run: `npm run bench -- edits [--rows 4000] [--rounds 1] [--only sdk,embedded]`. The simulator is
 * a process of its own and answers after 1 ms. Each contender edits every hostname once, which is checked; a "floor" is what the
 * queue, the call and the log cost by themselves (floor.ts). Between the first and the last edit is measured, and the time from the command to the first; `--picture` draws docs/edits.svg. Linux only.
 */
import { parseArgs } from 'node:util';
import { CONTENDERS, type Measured, measureEdits } from './measure-edits.ts';
import { drawBars } from './pictures.ts';
import { publish } from './results.ts';
import { isHere } from './scene.ts';

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    picture: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const here = CONTENDERS.filter(isHere).filter(({ name }) => only === undefined || only.includes(name));
const rounds = new Map<string, Measured[]>(here.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const contender of here) rounds.get(contender.name)?.push(await measureEdits(contender, Number(values.rows)));
}
const medianOf = (name: string, of: keyof Measured): number =>
  median((rounds.get(name) ?? []).map((one) => one[of] ?? 0));
const sdk = rounds.has('sdk') ? medianOf('sdk', 'edits_s') : undefined;
await publish(
  'edits',
  `${values.rows} edits, medians of ${values.rounds}; "times" is edits a second against the official client`,
  here.map(({ name }) => ({
    name,
    'edits/s': Math.round(medianOf(name, 'edits_s')),
    times: sdk === undefined ? undefined : (medianOf(name, 'edits_s') / sdk).toFixed(2),
    'ms an edit': medianOf(name, 'cpu_ms').toFixed(2),
    'server ms': medianOf(name, 'server_cpu_ms').toFixed(2),
    'peak MB': Math.round(medianOf(name, 'peak_mb')),
    'first call s': medianOf(name, 'first_call_s').toFixed(2),
  })),
);
if (values.picture)
  await drawBars(
    'edits',
    'Edits a second, far from any limit, against the official client under p-limit(50)',
    here
      .filter(({ isFloor }) => !isFloor)
      .map(({ name }) => ({ name, value: Math.round(medianOf(name, 'edits_s')), isRival: name === 'sdk' })),
  );
