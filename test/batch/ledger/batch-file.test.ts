import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { batchFolder } from './batch-folder.ts';

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

  it.each<[string, object]>([
    ['wait_ms: ', { wait_ms: undefined }],
    ['wait_ms: ', { wait_ms: '60s' }],
    ['wait_strict: ', { wait_strict: undefined }],
    ['lanes.0.quota.calls: ', { lanes: [{ name: 'a', zones: [], quota: { window_seconds: 1 }, share: 1 }] }],
    ['lanes: ', { lanes: [] }],
    ['limits.until: ', { limits: { until: 'tomorrow' } }],
    ['zones.0: ', { zones: ['acme-store.net'] }],
    ['manifest.rows: ', { manifest: { path: 'm', sha256: '', rows: -1, format: 'csv' } }],
    ['created_at: ', { created_at: 'x' }],
  ])('that lacks a member, or has it in another form, is named with the place: %s', async (place, spoilt) => {
    const folder = await batchFolder({ plan: [] });
    const path = join(folder, 'batch.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...spoilt }));
    await expect(readBatchFile(folder)).rejects.toThrow(`${path} is damaged (${place}`);
  });

  it('may have members of later versions', async () => {
    const folder = await batchFolder({ plan: [] });
    const path = join(folder, 'batch.json');
    const file = { ...JSON.parse(await readFile(path, 'utf8')), waves: ['10', '100%'] };
    await writeFile(path, JSON.stringify(file));
    expect(await readBatchFile(folder)).toEqual(file);
  });
});
