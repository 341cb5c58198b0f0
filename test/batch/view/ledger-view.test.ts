import { appendFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readBatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import { LedgerView } from '../../../src/batch/view/ledger-view.ts';
import type { BatchId } from '../../../src/terms.ts';
import { at, batchFolder, lines, planRow, started } from '../ledger/batch-folder.ts';

it('counts what was written once, however many read on at the same time', async () => {
  const path = await batchFolder({ plan: [planRow(1)], ledger: [started()] });
  const folder = { batch: 'b' as BatchId, path, ...batchPaths(path) };
  const view = await LedgerView.open(folder, await readBatchFile(path));
  const calls = { at: at(1), type: 'calls', purpose: 'settle', calls: { list: 3, read: 0, edit: 0 } };
  await appendFile(folder.ledger, lines([calls]));
  await Promise.all([view.readOn(), view.readOn()]);
  expect(view.fold.calls).toEqual({ list: 3, read: 0, edit: 0 });
});
