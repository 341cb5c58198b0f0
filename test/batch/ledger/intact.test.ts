import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { BatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { type BatchFolder, batchFolder } from '../../../src/batch/ledger/batch-folder.ts';
import { checkIntact } from '../../../src/batch/ledger/intact.ts';
import { sha256Of } from '../../../src/disk/file-digest.ts';
import type { BatchId } from '../../../src/terms.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A batch with a plan of one row and an empty ledger. */
async function planned(): Promise<{ folder: BatchFolder; file: BatchFile }> {
  const folder = batchFolder(await tempFolder(), '20260101-120000-abcd' as BatchId);
  await mkdir(folder.path, { recursive: true });
  await writeFile(folder.plan, '{"row":1,"body":{"custom_metadata":{"tier":"gold"}}}\n');
  await writeFile(folder.ledger, '');
  return { folder, file: { plan: { sha256: await sha256Of(folder.plan) } } as BatchFile };
}

it('a batch is as it was planned until somebody touches its files', async () => {
  const { folder, file } = await planned();
  await expect(checkIntact(folder, file)).resolves.toBeUndefined();
});

it.each([
  [
    'a plan edited by hand',
    ({ plan }: BatchFolder) => appendFile(plan, '\n'),
    /plan\.jsonl is damaged \(it was changed/,
  ],
  ['no plan', ({ plan }: BatchFolder) => rm(plan), /plan\.jsonl is damaged \(it is not there\)/],
  ['no ledger', ({ ledger }: BatchFolder) => rm(ledger), /ledger\.jsonl is damaged \(it is not there\)/],
])('nothing is sent of a batch with %s', async (_, touch, message) => {
  const { folder, file } = await planned();
  await touch(folder);
  await expect(checkIntact(folder, file)).rejects.toMatchObject({
    code: 'BATCH_DAMAGED',
    message: expect.stringMatching(message),
  });
});
