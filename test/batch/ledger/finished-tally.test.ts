import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { finishedTally } from '../../../src/batch/ledger/read-ledger.ts';
import { batchFolder, finished, planRow, started } from './batch-folder.ts';

it('what came of a finished batch is read from the end of its ledger, and from nothing before', async () => {
  const ledger = join(await batchFolder({ plan: [planRow(1)], ledger: [started()] }), 'ledger.jsonl');
  const counts = { edited: 1, skipped: 0, rejected: 0, failed: 0, gave_up: 0, unprocessed: 0 };
  const settled = { active: 1, pending: 0, errored: 0, unknown: 0 };
  const { counts: _, settled: __, ...bare } = { counts, settled, ...finished(9, 0) };
  await writeFile(ledger, `not read\n${JSON.stringify({ ...bare, counts, settled })}\n`);
  expect(await finishedTally(ledger)).toMatchObject({ exit_code: 0, counts, settled });
  await writeFile(ledger, `not read\n${JSON.stringify(bare)}\n`);
  expect(await finishedTally(ledger)).toBeUndefined();
});
