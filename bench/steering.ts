/**
 * How soon a word takes effect, on each queue: from the moment somebody types `hostroll pause` to the last call that begins, and from
 * the moment ten rows are sent to their first and last edit, alone and beside a batch that has the lane to itself:
 * `npm run bench -- steering [--rows 20000] [--quota 9000/300] [--queue embedded,redis]`.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SECOND } from '../src/terms.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS } from '../test/support/servers/server-kinds.ts';
import { publish } from './results.ts';
import { HOSTROLL, isHere, type Scene, withScene } from './scene.ts';
import { hostnameAt } from './simulator.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    quota: { type: 'string', default: '9000/300' },
    queue: { type: 'string', default: 'embedded,redis,postgres' },
  },
});
const ASKED = values.queue.split(',');
const ROWS = Number(values.rows);
const TEN = 10;
const PAUSES = 5;
const APPLY = ['--quota', values.quota, '--wait', '0', '--yes'];
/** What a call to the API takes. */
const LATENCY_MS = 150;

const seconds = (ms: number): string => (ms / SECOND).toFixed(1);
const range = (ms: number[]): string => `${seconds(Math.min(...ms))} to ${seconds(Math.max(...ms))}`;

/** Begins the batch of all rows; resolves when one of them is edited. */
async function begin({ api, start }: Scene): Promise<void> {
  start([HOSTROLL, 'apply', 'm.csv', ...APPLY]);
  while ((await api.nextCall()) !== 'PATCH');
}

/** Runs a command; resolves with how long that took, and when it began, in milliseconds. */
async function run({ start }: Scene, ...words: string[]): Promise<{ begun: number; took: number }> {
  const begun = Date.now();
  const child = start([HOSTROLL, ...words]);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}.`);
  return { begun, took: Date.now() - begun };
}

/** From a pause that is typed to the last call that begins, and to the answer that it is paused. */
async function pauses(scene: Scene): Promise<Record<string, string>> {
  await begin(scene);
  const [last, ofWord, answered]: [number[], number[], number[]] = [[], [], []];
  for (let time = 0; time < PAUSES; time++) {
    const { begun, took } = await run(scene, 'pause', 'latest');
    const { last_call } = await scene.api.judge();
    last.push(Math.max(0, last_call - begun));
    ofWord.push(Math.max(0, last_call - saidAt(scene.folder)));
    answered.push(took);
    const called = scene.api.nextCall();
    await run(scene, 'go', 'latest');
    await called;
    // A second call is answered when the lane is at work again.
    for (let call = 0; call < 2 * TEN; call++) await scene.api.nextCall();
  }
  return {
    'pause typed to last call begun, s': range(last),
    'of it once the command has started': range(ofWord),
    'typed to "is paused", s': range(answered),
  };
}

const newestBatch = (folder: string): string => {
  const batches = join(folder, '.hostroll', 'batches');
  return join(batches, readdirSync(batches).sort().at(-1) ?? '');
};

/** When the last word was said to the newest batch, in milliseconds since 1970. */
function saidAt(folder: string): number {
  const words = readFileSync(join(newestBatch(folder), 'control.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return Date.parse((JSON.parse(words.at(-1) ?? '') as { at: string }).at);
}

/** When the edits of the newest batch were recorded, in milliseconds since 1970. */
function editedAt(folder: string): number[] {
  const ledger = readFileSync(join(newestBatch(folder), 'ledger.jsonl'), 'utf8');
  const events = ledger
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; at: string });
  return events.flatMap(({ type, at }) => (type === 'outcome' ? [Date.parse(at)] : []));
}

/** From ten rows that are sent to their first and last edit. */
async function ten(scene: Scene, ...more: string[]): Promise<string> {
  const names = Array.from({ length: TEN }, (_, at) => hostnameAt(ROWS + at));
  const tier = `t${Date.now()}`;
  await writeFile(
    join(scene.folder, 'fix.csv'),
    `hostname,custom_metadata.tier\n${names.map((name) => `${name},${tier}\n`).join('')}`,
  );
  const { begun } = await run(scene, 'apply', 'fix.csv', ...APPLY, ...more);
  const at = editedAt(scene.folder).map((edited) => edited - begun);
  if (at.length === 0) throw new Error(`Nothing was edited: ${newestBatch(scene.folder)}`);
  return `${seconds(Math.min(...at))} and ${seconds(Math.max(...at))}`;
}

const table: Record<string, string>[] = [];
for (const queue of [EMBEDDED, REDIS, POSTGRES_SERVER].filter(
  (kind) => ASKED.includes(kind.name) && isHere({ queue: kind }),
)) {
  const scene = { hostnames: ROWS + TEN, rows: ROWS, queue, behaviour: { latency_ms: LATENCY_MS } };
  const row: Record<string, string> = { queue: queue.name, ...(await withScene(scene, pauses)) };
  // The embedded queue has one process at a time.
  if (queue !== EMBEDDED) {
    await withScene(scene, async (there) => {
      row['ten rows alone, first and last edit after s'] = await ten(there);
      await begin(there);
      row['beside the others'] = await ten(there);
      row['beside them, urgent'] = await ten(there, '--priority', 'urgent');
    });
  }
  table.push(row);
}
await publish('steering', `${ROWS} rows at ${values.quota}, of which 0.8 is used`, table);
