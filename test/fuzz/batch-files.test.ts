import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ledger } from '../../src/batch/ledger/ledger.ts';
import { writeReport } from '../../src/report/files/write-report.ts';
import { HostrollError } from '../../src/terms.ts';
import { batchFolder, finished, outcome, planRow, settled, started } from '../batch/ledger/batch-folder.ts';
import { anyJson, fuzzing } from './fuzz.ts';

const EVENTS = [
  started(),
  outcome(1),
  outcome(2, { outcome: 'failed', code: 'CF_1434', message: 'no' }),
  settled([{ row: 1, settlement: 'pending', status: 'active', ssl_status: 'pending_validation' }]),
  finished(),
];

/** Members that events and plan rows have, with anything in them. */
const MEMBERS = [
  'row',
  'rows',
  'at',
  'calls',
  'outcome',
  'status',
  'lane',
  'up_to',
  'in_doubt',
  'stage',
  'decision',
  'body',
];
const line = fc
  .tuple(
    fc.constantFrom('started', 'stage', 'fed', 'outcome', 'calls', 'cooling', 'settled', 'stopped', 'finished', 'else'),
    fc.dictionary(
      fc.constantFrom(...MEMBERS),
      fc.oneof(fc.constantFrom(1, 2, '2026-01-01T00:00:00Z'), anyJson(...MEMBERS)),
    ),
  )
  .map(([type, members]) => ({ type, ...members }));

/** Damage to one file of a batch: bytes of it changed, or a line of another kind put in. */
const damage = fc.record({
  name: fc.constantFrom('batch.json', 'plan.jsonl', 'ledger.jsonl'),
  change: fc.oneof(
    fc.infiniteStream(fc.nat()).map((numbers) => (bytes: Buffer) => {
      const [at = 0, length = 0, put = 0] = [...numbers.take(3)];
      const start = at % bytes.length;
      return Buffer.concat([bytes.subarray(0, start), Buffer.from([put % 256]), bytes.subarray(start + (length % 40))]);
    }),
    fc.oneof(line, anyJson()).map((value) => (bytes: Buffer) => {
      const end = bytes.indexOf(0x0a) + 1;
      return Buffer.concat([bytes.subarray(0, end), Buffer.from(`${JSON.stringify(value)}\n`), bytes.subarray(end)]);
    }),
  ),
});

it('a batch whose files are damaged is reported, or refused in words, and its ledger opens or is refused', async () => {
  const folder = await batchFolder({ plan: [planRow(1), planRow(2), planRow(3)], ledger: EVENTS });
  const good = new Map<string, Buffer>();
  for (const name of ['batch.json', 'plan.jsonl', 'ledger.jsonl']) good.set(name, await readFile(join(folder, name)));
  const inWords = (error: unknown): undefined => {
    if (!(error instanceof HostrollError)) throw error;
  };
  await fc.assert(
    fc.asyncProperty(damage, async ({ name, change }) => {
      for (const [each, bytes] of good) await writeFile(join(folder, each), each === name ? change(bytes) : bytes);
      await writeReport(folder).then(({ counts }) => expect(counts.rows).toBe(3), inWords);
      const ledger = await Ledger.open(join(folder, 'ledger.jsonl'), 3, Date.now).catch(inWords);
      await ledger?.close();
    }),
    fuzzing(),
  );
});
