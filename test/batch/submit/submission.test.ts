import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEASE_MS, overdueLeases } from '../../../src/batch/dispatch/lease.ts';
import { listSubmissions, SUBMISSIONS, type Submission, submit } from '../../../src/batch/submit/submission.ts';
import { download } from '../../../src/batch/submit/upload.ts';
import { toQueue } from '../../../src/lane/queue-value.ts';
import { openQueueBackend } from '../../../src/queue/open-queue.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';

const SUBMITTED: Submission = {
  ...{ v: 1, id: 's-1', manifest: 'm.csv', sha256: '0'.repeat(64), chunks: 1, zones: [], skip_invalid: false },
  ...{ wait_ms: 0, wait_strict: false, submitted_at: '2026-11-26T12:00:00.000Z', submitted_by: 'a@b' },
};

let backend: QueueBackend;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostroll-queue-'));
  backend = await openQueueBackend(`embedded:${folder}`, 'test');
});
afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

describe('what another hand has put', () => {
  it('among submissions is shown as unreadable, and hides no other', async () => {
    await submit(backend, SUBMITTED);
    await withQueue(backend, SUBMISSIONS, async (queue) => {
      await queue.add('batch', { v: 1 }, { jobId: 'spoiled' });
      const job = await queue.getJob('s-1');
      await job?.updateProgress({ rows: { total: 'many' }, calls: null });
    });
    const all = await listSubmissions(backend);
    expect(all).toEqual([
      { id: 's-1', state: 'waiting', manifest: 'm.csv' },
      { id: 'spoiled', state: 'unreadable', manifest: '?' },
    ]);
  });

  it('among the leases hides none that is over', async () => {
    const held = { kind: 'upload', id: 'u-1' } as const;
    await withQueue(backend, 'leases', async (queue) => {
      for (const data of [{}, { json: 'x' }, toQueue({ v: 1, held: { kind: 'unheard-of' } })])
        await queue.add('l', data);
      await queue.add('lease', toQueue({ v: 1, held, until: 0 }));
    });
    expect(await overdueLeases(backend, LEASE_MS)).toEqual([held]);
  });

  it('in place of a piece of a manifest makes the upload a lost one', async () => {
    await withQueue(backend, 'upload-s-1', (queue) => queue.add('chunk', { bytes: 7 }, { jobId: 'chunk-1' }));
    await expect(download(backend, SUBMITTED).next()).rejects.toMatchObject({ code: 'UPLOAD_LOST' });
  });
});
