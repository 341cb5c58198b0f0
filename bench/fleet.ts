/**
 * Ten million hostnames by a clock that goes by the budget: `npm run bench -- fleet [rows …]`. One of 20 coordinators, with 5 of
 * 100 credentials and a zone for each, rehearses a metadata edit of as many rows as are given; what its calls take by that clock
 * is scaled to the 500,000 rows that it would have. All coordinators are alike, and share nothing but the queue.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Rehearsal } from '../src/rehearsal/rehearsal.ts';
import { HOUR, SECOND } from '../src/terms.ts';
import { peakMb } from './process-cost.ts';
import { publish } from './results.ts';
import { HOSTROLL } from './scene.ts';
import { idAt } from './simulator.ts';

const CREDENTIALS = 5;
const ROWS_OF_A_COORDINATOR = 500_000;
const SAMPLE_MS = 500;

const zoneAt = (at: number): string => (at + 1).toString(16).padStart(32, '0');
const nameAt = (at: number, zone: number): string => `shop-${at + 1}.fleet-${zone}.net`;

function* snapshot(zone: number, hostnames: number): Generator<string> {
  const taken_at = new Date().toISOString();
  const header = {
    zone_id: zoneAt(zone),
    zone_name: `fleet-${zone}.net`,
    zone_plan: 'enterprise',
    taken_at,
    hostnames,
  };
  yield `${JSON.stringify({ hostroll_snapshot: 1, ...header, base_url: 'https://api.test', version: '0' })}\n`;
  const ssl = { status: 'active', type: 'dv', method: 'http', certificate_authority: 'google', settings: {} };
  for (let at = 0; at < hostnames; at++) {
    const place = { id: idAt(zone * hostnames + at), zone_id: zoneAt(zone), hostname: nameAt(at, zone) };
    yield `${JSON.stringify({ ...place, status: 'active', created_at: taken_at, ssl })}\n`;
  }
}

function* manifest(hostnames: number): Generator<string> {
  yield 'hostname,custom_metadata.tier\n';
  for (let zone = 0; zone < CREDENTIALS; zone++)
    for (let at = 0; at < hostnames; at++) yield `${nameAt(at, zone)},gold\n`;
}

/** What the rehearsal says, and what it took: memory in MB. */
async function rehearse(rows: number): Promise<{ said: Rehearsal; memory: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
  const zones = Array.from({ length: CREDENTIALS }, (_, zone) => zone);
  const write = (name: string, lines: Iterable<string>) => pipeline(lines, createWriteStream(join(folder, name)));
  try {
    await write('m.csv', manifest(rows / CREDENTIALS));
    for (const zone of zones) await write(`zone-${zone}.jsonl`, snapshot(zone, rows / CREDENTIALS));
    const credentials = zones.map((zone) => ({ name: `c${zone}`, token: { env: 'TOKEN' }, zones: [zoneAt(zone)] }));
    await writeFile(join(folder, 'hostroll.config.json'), JSON.stringify({ credentials }));
    const from = zones.flatMap((zone) => ['--from', `zone-${zone}.jsonl`]);
    const args = [HOSTROLL, 'rehearse', 'm.csv', ...from, '--customers', 'none', '--wait', '0', '--json'];
    const env = { PATH: process.env.PATH, TOKEN: 'none' };
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let memory = 0;
    const sampling = setInterval(() => {
      if (child.exitCode === null) memory = Math.max(memory, peakMb(child.pid ?? 0));
    }, SAMPLE_MS);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await once(child, 'close');
    clearInterval(sampling);
    return { said: JSON.parse(text), memory };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const asked = process.argv.slice(2).map(Number);
const table: Record<string, string | number>[] = [];
for (const rows of asked.length > 0 ? asked : [2_000, 8_000]) {
  const { said, memory } = await rehearse(rows);
  const { snapshot_ms, editing_ms } = said.phases;
  if (said.rows.edited !== rows) throw new Error(`${said.rows.edited} of ${rows} edited.`);
  const callsS = said.budget.calls_per_second;
  table.push({
    rows,
    lanes: said.budget.lanes.length,
    'calls/s': callsS.toFixed(2),
    calls: said.calls.total,
    'read s': (snapshot_ms / SECOND).toFixed(0),
    'edit s': (editing_ms / SECOND).toFixed(0),
    'rows/s': ((rows * SECOND) / editing_ms).toFixed(2),
    'hours for 500,000': (((snapshot_ms + editing_ms) * ROWS_OF_A_COORDINATOR) / rows / HOUR).toFixed(2),
    'peak MB': Math.round(memory),
  });
}
await publish('fleet', 'one of 20 coordinators, 5 of 100 credentials, by the clock of a rehearsal', table);
