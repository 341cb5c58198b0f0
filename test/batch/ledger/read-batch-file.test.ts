import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBatchFile } from '../../../src/batch/ledger/read-batch-file.ts';
import { tempFolder } from '../../disk/temp-folder.ts';

describe('the file of a batch', () => {
  it('that is missing means that there is no batch to carry out', async () => {
    await expect(readBatchFile(await tempFolder())).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
  });

  it.each(['', '{"batch": ', 'null', '{"batch": "20260101-120000-abcd"}'])(
    'that does not hold what it should is not taken for a missing one: %s',
    async (text) => {
      const folder = await tempFolder();
      await writeFile(join(folder, 'batch.json'), text);
      await expect(readBatchFile(folder)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
    },
  );
});
