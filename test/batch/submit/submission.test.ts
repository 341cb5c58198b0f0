import type { Logger } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASE_MS, overdueLeases } from '../../../src/batch/dispatch/lease.ts';
import { clearOverdue } from '../../../src/batch/submit/clear-overdue.ts';
import { listSubmissions, SUBMISSIONS, type Submission, submit } from '../../../src/batch/submit/submission.ts';
import { download } from '../../../src/batch/submit/upload.ts';
import { takeSubmissions } from '../../../src/coordinator/take-submissions.ts';
import { toQueue } from '../../../src/lane/queue-value.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { withQueue } from '../../../src/queue/with-queue.ts';
import { embeddedQueue } from '../../support/embedded-queue.ts';

const SUBMITTED: Submission = {
  ...{ v: 1, id: 's-1', manifest: 'm.csv', sha256: '0'.repeat(64), chunks: 1, zones: [], skip_invalid: false },
  ...{ wait_ms: 0, wait_strict: false, submitted_at: '2026-11-26T12:00:00.000Z', submitted_by: 'a@b' },
};

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

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
    const named: string[] = [];
    const log = { warn: ({ event }: { event: string }) => named.push(event), info: () => {} } as unknown as Logger;
    const before = new Set<string>();
    for (let pass = 0; pass < 2; pass++) await clearOverdue(backend, 0, log, before);
    expect(named).toEqual(Array(3).fill('lease_unreadable'));
  });

  it('in place of a submission is set aside, and named once, in a sentence with a code', async () => {
    const named: unknown[] = [];
    const log = { error: (line: unknown) => named.push(line), info: () => {} } as unknown as Logger;
    const run = () => Promise.reject(new TypeError('There is nothing to run.'));
    await withQueue(backend, SUBMISSIONS, async (queue) => {
      await queue.obliterate({ force: true });
      await queue.add('batch', { v: 2 }, { jobId: 'spoiled', attempts: 3 });
    });
    const taking = takeSubmissions({ backend, me: 'me', run, log });
    try {
      await vi.waitFor(() => expect(named).toHaveLength(1), 10_000);
    } finally {
      await taking.close();
    }
    expect(named).toEqual([
      {
        event: 'submission_failed',
        id: 'spoiled',
        error: expect.stringMatching(/^Submission spoiled cannot be read.*\[SUBMISSION_DAMAGED\]$/),
      },
    ]);
    expect(await listSubmissions(backend)).toEqual([{ id: 'spoiled', state: 'unreadable', manifest: '?' }]);
  });

  it('in place of a piece of a manifest makes the upload a lost one', async () => {
    await withQueue(backend, 'upload-s-1', (queue) => queue.add('chunk', { bytes: 7 }, { jobId: 'chunk-1' }));
    await expect(download(backend, SUBMITTED).next()).rejects.toMatchObject({ code: 'UPLOAD_LOST' });
  });
});
