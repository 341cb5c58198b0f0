import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import { finishedTally } from '../../../src/batch/ledger/read-ledger.ts';
import { finished, temporaryFolder } from './batch-folder.ts';

it('what a finished batch comes to is read from the end of its ledger, and from nothing before', async () => {
  const path = join(await temporaryFolder(), 'ledger.jsonl');
  const ledger = await Ledger.open(path, 2, Date.now);
  const failed = { type: 'outcome', row: 2, outcome: 'failed', code: 'CF_1434', calls: { read: 1, edit: 2 } } as const;
  await ledger.recordOutcomes([{ type: 'outcome', row: 1, outcome: 'edited', status: 'active' }, failed]);
  await ledger.finish(2);
  await ledger.close();
  expect(await finishedTally(path)).toEqual({
    exit_code: 2,
    counts: { edited: 1, skipped: 0, rejected: 0, failed: 1, gave_up: 0, unprocessed: 0 },
    settled: { active: 1, pending: 0, errored: 0, unknown: 0 },
    codes: { CF_1434: 1 },
    failures: { CF_1434: 1 },
    calls: { list: 0, read: 1, edit: 2 },
    wave: 0,
  });
  const { at, ...rest } = finished(9, 0);
  await writeFile(path, `not read\n${JSON.stringify({ at, ...rest })}\n`);
  expect(await finishedTally(path)).toBeUndefined();
});
