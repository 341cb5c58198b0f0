/**
 * Calls that a rollout spends, of whatever kind, against what people write by hand: a manifest of 5,000 rows, a zone of 10,000
 * hostnames, of which 1,000 have already what is asked for. Counts, not times, so that any machine will do:
 * `npm run bench -- calls [--rows 5000]`.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { EMBEDDED } from '../test/support/servers/server-kinds.ts';
import { UNLIMITED } from './measure-edits.ts';
import { publish } from './results.ts';
import { HOSTROLL, LOOP, withScene } from './scene.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '5000' } } });
const rows = Number(values.rows);

const apply = (...more: string[]) => [HOSTROLL, 'apply', 'm.csv', ...UNLIMITED, '--yes', ...more];
const CONTENDERS = [
  { name: 'hostroll', queue: EMBEDDED, args: apply('--wait', '0') },
  { name: 'hostroll, settled', queue: EMBEDDED, args: apply() },
  { name: 'SDK: list the zone, edit', args: [LOOP, 'list', 'hostnames'] },
  { name: 'SDK: find each, edit', args: [LOOP, 'find', 'hostnames'] },
  { name: 'SDK: find each, edit, read again', args: [LOOP, 'find-verify', 'hostnames'] },
];

const table: Record<string, string | number>[] = [];
for (const { name, queue, args } of CONTENDERS) {
  const behaviour = { holding: rows / 5 };
  const judged = await withScene({ hostnames: 2 * rows, rows, queue, behaviour }, async ({ api, start }) => {
    await once(start(args), 'exit');
    return api.judge();
  });
  table.push({ name, calls: judged.calls, edited: judged.hostnames, 'calls a row': (judged.calls / rows).toFixed(2) });
}
await publish('calls', `${rows} rows on a zone of ${2 * rows} hostnames, ${rows / 5} of which hold already`, table);
