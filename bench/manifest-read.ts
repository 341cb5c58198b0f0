/**
 * How fast a manifest is read, and in how much memory: rows per second and peak RSS of `readManifest`, duplicate check
 * included, beside a bare csv-parse loop over the same file. Each measurement runs in a process of its own.
 *
 * Arguments: number of rows (default 1,000,000).
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse';
import { readManifest } from '../src/manifest/read-manifest.ts';

interface Measured {
  rows: number;
  seconds: number;
  peakRssMiB: number;
}

async function writeManifest(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('hostname,ssl.method,ssl.certificate_authority,custom_metadata.plan\n');
  for (let row = 0; row < rows; row++) {
    const line = `shop-${row}.customer-${row % 977}.net,txt,google,gold\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

async function countWithHostroll(path: string): Promise<number> {
  let rows = 0;
  for await (const entry of readManifest({ name: path, bytes: createReadStream(path) }).entries) {
    if (entry.kind !== 'row') throw new Error(`unexpected ${JSON.stringify(entry)}`);
    rows += 1;
  }
  return rows;
}

async function countWithCsvParse(path: string): Promise<number> {
  let rows = -1;
  for await (const _record of createReadStream(path).pipe(parse())) rows += 1;
  return rows;
}

const readers = { hostroll: countWithHostroll, 'csv-parse': countWithCsvParse };
type Reader = keyof typeof readers;

async function measureHere(reader: Reader, path: string): Promise<Measured> {
  const start = performance.now();
  const rows = await readers[reader](path);
  const seconds = (performance.now() - start) / 1_000;
  return { rows, seconds, peakRssMiB: process.resourceUsage().maxRSS / 1_024 };
}

/** The same file as a child process, since a peak of memory is a process's own. */
function measure(reader: Reader, path: string): Measured {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--child', reader, path];
  const child = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`the ${reader} child ended with ${child.status ?? child.signal}`);
  return JSON.parse(child.stdout);
}

async function main(rows: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'manifest-read-'));
  try {
    const path = join(folder, 'manifest.csv');
    await writeManifest(path, rows);
    const mebibytes = (await stat(path)).size / 2 ** 20;
    console.log(`${rows} rows, ${mebibytes.toFixed(1)} MiB`);
    const results = { 'csv-parse': measure('csv-parse', path), hostroll: measure('hostroll', path) };
    for (const [reader, { seconds, peakRssMiB }] of Object.entries(results)) {
      const rate = Math.round(rows / seconds).toLocaleString('en');
      console.log(`${reader.padEnd(10)} ${rate} rows/s, peak RSS ${Math.round(peakRssMiB)} MiB`);
    }
    const ratio = results.hostroll.seconds / results['csv-parse'].seconds;
    console.log(`hostroll takes ${ratio.toFixed(2)} times as long as the bare parser`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [first = '1000000', reader, path] = process.argv.slice(2);
if (first === '--child' && path !== undefined && (reader === 'hostroll' || reader === 'csv-parse')) {
  console.log(JSON.stringify(await measureHere(reader, path)));
} else {
  await main(Number(first));
}
