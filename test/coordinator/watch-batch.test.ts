import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { batchPaths } from '../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import type { PlannedStatus } from '../../src/batch/view/batch-status.ts';
import { watchBatch } from '../../src/coordinator/watch-batch.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import type { BatchId } from '../../src/terms.ts';
import { at, batchFolder, finished, lines, outcome, planRow, started } from '../batch/ledger/batch-folder.ts';

async function watched(ledger: LedgerEvent[]) {
  const path = await batchFolder({ plan: [planRow(1), planRow(2)], ledger });
  const folder = { batch: 'b' as BatchId, path, ...batchPaths(path) };
  const leave = new AbortController();
  let status: (() => PlannedStatus) | undefined;
  let shown = () => {};
  const isShown = new Promise<void>((resolve) => {
    shown = resolve;
  });
  const watch = () =>
    watchBatch(folder, leave.signal, (given) => {
      status = given;
      shown();
    });
  return { folder, leave, watch, isShown, view: () => status?.().view };
}

it('a batch that is finished already ends watching at once, with its exit code', async () => {
  const { watch } = await watched([started(), outcome(1), finished(3, 2)]);
  expect(await watch()).toEqual({ exitCode: 2 });
});

it('a batch whose process is gone is said so, with what it was at; one that stopped has its code', async () => {
  expect(await (await watched([started(), outcome(1)])).watch()).toEqual({ died: 'editing' });
  const stop: LedgerEvent = { at: at(3), type: 'stopped', reason: 'interrupted', in_doubt: [] };
  expect(await (await watched([started(), stop])).watch()).toEqual({ exitCode: 130 });
});

it('the ledger of a running batch is followed as it grows, to its end', async () => {
  const { folder, watch, isShown, view } = await watched([started(), outcome(1)]);
  const lock = await takeProcessLock(folder.lock, 'The batch', 'test');
  const end = watch();
  await isShown;
  expect(view()).toMatchObject({ stage: 'editing', rows: { total: 2, done: 1 }, calls: { made: 1 } });
  await appendFile(join(folder.path, 'ledger.jsonl'), lines([outcome(2), finished(9, 0)]));
  expect(await end).toEqual({ exitCode: 0 });
  expect(view()).toMatchObject({ stage: 'finished', rows: { done: 2 }, calls: { made: 2 } });
  await lock.release();
});

it('whoever leaves leaves the batch alone', async () => {
  const { folder, watch, leave, isShown } = await watched([started()]);
  const lock = await takeProcessLock(folder.lock, 'The batch', 'test');
  const end = watch();
  await isShown;
  leave.abort();
  expect(await end).toBe('left');
  await lock.release();
  await writeFile(join(folder.path, 'batch.json'), '{');
  await expect(watchBatch(folder, new AbortController().signal, () => {})).rejects.toMatchObject({
    code: 'BATCH_DAMAGED',
  });
});
