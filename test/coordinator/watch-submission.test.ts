import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SUBMISSIONS, type Submission, submit } from '../../src/batch/submit/submission.ts';
import type { BatchView } from '../../src/batch/view/batch-view.ts';
import { LiveView } from '../../src/batch/view/live-view.ts';
import { type RunSubmission, takeSubmissions } from '../../src/coordinator/take-submissions.ts';
import { watchSubmission } from '../../src/coordinator/watch-submission.ts';
import type { QueueBackend } from '../../src/queue/queue-backend.ts';
import { withQueue } from '../../src/queue/with-queue.ts';
import { type BatchId, HostrollError } from '../../src/terms.ts';
import { embeddedQueue } from '../support/embedded-queue.ts';

let backend: QueueBackend;
beforeAll(async () => {
  backend = await embeddedQueue();
});
afterAll(() => backend.close());

const submitted = (id: string): Submission => ({
  ...{ v: 1, id, manifest: 'm.csv', sha256: '0'.repeat(64), chunks: 1, zones: [], skip_invalid: false },
  ...{ wait_ms: 0, wait_strict: false, submitted_at: '2026-11-26T12:00:00.000Z', submitted_by: 'a@b' },
});

/** Watches a submission; `said` and `view` are what was told of it meanwhile. */
function watching(id: string) {
  const leave = new AbortController();
  const said: string[] = [];
  let view: (() => BatchView) | undefined;
  let heard = () => {};
  const told = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });
  const ended = watchSubmission(backend, id, leave.signal, {
    show: (given) => {
      view = () => given().progress;
      heard();
    },
    say: (sentence) => {
      said.push(sentence);
      heard();
    },
  });
  return { ended, said, told, leave, view: () => view?.() };
}

const take = (run: RunSubmission) => takeSubmissions({ backend, me: 'here', run, log: pino({ level: 'silent' }) });

it('a submission is watched from the queue alone, until it ends with the exit code of its batch', async () => {
  await submit(backend, submitted('s-1'));
  const watched = watching('s-1');
  await watched.told();
  expect(watched.said).toEqual(['Submission s-1 waits for a coordinator ("hostroll serve" on this queue).']);
  let end = () => {};
  const shown = watched.told();
  const taking = take(async (_, { keep, progress }) => {
    const batch = '20261123-071500-k3f9' as BatchId;
    await keep({ batch });
    const view = new LiveView([{ name: 'default', perSecond: 3 }], Date.now);
    view.enter('planning', 7);
    await progress(view.view());
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return { batch, exit_code: 2 };
  });
  await shown;
  expect(watched.view()).toMatchObject({ stage: 'planning', rows: { total: 7 } });
  end();
  expect(await watched.ended).toMatchObject({ exitCode: 2, status: { batch: '20261123-071500-k3f9' } });
  await taking.close();
});

it('a submission that could not be planned ends with the exit code of what kept it from that', async () => {
  await submit(backend, submitted('s-2'));
  const taking = take(async () => {
    throw new HostrollError('MANIFEST_INVALID', 'Row 3 has no hostname.');
  });
  const { ended } = watching('s-2');
  expect(await ended).toMatchObject({ exitCode: 64, status: { error: 'Row 3 has no hostname. [MANIFEST_INVALID]' } });
  await taking.close();
});

it('one that nobody has handed over is unknown; one that cannot be read is said so', async () => {
  await expect(watching('nothing').ended).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
  await withQueue(backend, SUBMISSIONS, (queue) => queue.add('batch', { v: 9 }, { jobId: 'spoiled' }));
  expect(await watching('spoiled').ended).toMatchObject({ exitCode: 65, status: { state: 'unreadable' } });
});

it('who leaves leaves the submission alone', async () => {
  await submit(backend, submitted('s-3'));
  const { ended, told, leave } = watching('s-3');
  await told();
  leave.abort();
  expect(await ended).toBeUndefined();
});
