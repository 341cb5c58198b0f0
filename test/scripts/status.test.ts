import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../scripts/run.ts';
import type { BatchStatus } from '../../src/batch/view/batch-status.ts';
import { BATCH_VIEW } from '../../src/batch/view/batch-view.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import {
  at,
  type BatchFixture,
  fillBatchFolder,
  finished,
  outcome,
  planRow,
  settled,
  started,
  temporaryFolder,
} from '../batch/ledger/batch-folder.ts';
import { hostroll, idleShell } from '../support/shell.ts';

const plan = [planRow(1), planRow(2), planRow(3)];
const work = [started(), outcome(1), outcome(2, { outcome: 'failed', code: 'CF_1434' })];
const tally = {
  counts: { edited: 1, skipped: 0, rejected: 0, failed: 2, gave_up: 0, unprocessed: 0 },
  settled: { active: 1, pending: 0, errored: 0, unknown: 0 },
  codes: { CF_1434: 2 },
  failures: { CF_1434: 2 },
  calls: { list: 1, read: 0, edit: 3 },
  wave: 1,
};

/** A state folder with these batches, and what `status` says of them to programs. */
async function stateWith(batches: Record<string, BatchFixture | undefined>) {
  const state = await temporaryFolder();
  const folderOf = (id: string) => join(state, 'batches', id);
  for (const [id, fixture] of Object.entries(batches)) {
    await mkdir(folderOf(id), { recursive: true });
    if (fixture !== undefined) await fillBatchFolder(folderOf(id), fixture);
  }
  const status = async (...words: string[]) => (await hostroll(['status', ...words, '--state', state])).stdout;
  const told = async (...words: string[]) => JSON.parse(await status(...words, '--json'));
  return { folderOf, status, told };
}

it('tells programs of every batch the state that it is in, and the view that everybody else is shown', async () => {
  const { status, told } = await stateWith({
    'b1-not-planned': undefined,
    'b2-died': { plan, ledger: [...work, settled([{ row: 1, settlement: 'active', status: 'active' }])] },
    'b3-stopped': { plan, ledger: [...work, { at: at(3), type: 'stopped', reason: 'interrupted', in_doubt: [] }] },
    'b4-finished': { plan, ledger: [...work, finished(4, 2)] },
    'b5-damaged': { plan, ledger: 'no event\n' },
  });
  const all = Object.fromEntries(((await told()) as BatchStatus[]).map((one) => [one.batch, one]));
  expect(Object.values(all).map(({ batch, state }) => `${batch}: ${state}`)).toEqual([
    'b1-not-planned: not planned',
    'b2-died: unfinished',
    'b3-stopped: stopped',
    'b4-finished: finished',
    'b5-damaged: damaged',
  ]);
  expect(all['b2-died']).toMatchObject({
    manifest: { path: 'customers.csv', rows: 3 },
    resume: expect.stringMatching(/^hostroll resume b2-died --state /),
    view: { stage: 'editing', outcomes: { edited: 1, failed: 1, unprocessed: 1 }, settled: { active: 1 }, waits: [] },
  });
  for (const { view } of Object.values(all)) if (view !== undefined) expect(BATCH_VIEW.parse(view)).toEqual(view);
  expect(await told('b2')).toEqual(all['b2-died']);
  expect(await status()).toMatch(/^b2-died +2026-\S+ \S+ +unfinished +█+░+ +66% +3 +1 +0 +customers\.csv$/m);
  expect(await status('b2')).toMatch(
    /^b2-died: unfinished\n {2}customers\.csv, 3 rows, begun 2026-\S+ \S+ UTC\n {2}editing {2}█+░+ 66%, 2 of 3 rows.*\n {2}2 calls, .+\n {2}edited +1 {2}█+░+\n(.+\n)+ {2}CF_1434: 1 row\n {4}The API .+\n(.+\n)+ {2}to carry on: hostroll resume b2-died/,
  );
});

it('reads of a finished batch nothing but the last line of its ledger, which gives the same view', async () => {
  const last = JSON.stringify({ ...finished(4, 2), ...tally });
  const folded = [
    started(),
    { at: at(1), type: 'calls', purpose: 'settle', calls: { list: 1, read: 0, edit: 0 } } as const,
  ];
  const failed = [2, 3].map((row) => outcome(row, { outcome: 'failed', code: 'CF_1434' }));
  const { told } = await stateWith({
    short: { plan, ledger: `never read\n${last}\n` },
    whole: {
      plan,
      ledger: [...folded, outcome(1, { status: 'active', ssl_status: 'active' }), ...failed, finished(4, 2)],
    },
  });
  const [short, whole] = (await told()) as BatchStatus[];
  expect(short).toMatchObject({
    state: 'finished',
    view: { calls: { made: 4 }, errors: [{ code: 'CF_1434', count: 2 }] },
  });
  expect(whole?.view).toEqual(short?.view);
});

it('names the process that has a batch', async () => {
  const { folderOf, told, status } = await stateWith({ running: { plan, ledger: work }, planning: undefined });
  const locks = [await takeProcessLock(join(folderOf('running'), 'lock'), 'The batch', 'test')];
  locks.push(await takeProcessLock(join(folderOf('planning'), 'lock'), 'The batch', 'test'));
  expect(await told('running')).toMatchObject({ state: 'running', pid: process.pid, view: { stage: 'editing' } });
  expect(await told('running')).not.toHaveProperty('resume');
  expect(await told('planning')).toEqual({ batch: 'planning', state: 'running', pid: process.pid });
  expect(await status('planning')).toBe(`planning: running (process ${process.pid})\n`);
  for (const lock of locks) await lock.release();
});

it('is what "watch" shows on a terminal, as it changes', async () => {
  const { folderOf, status } = await stateWith({ running: { plan, ledger: work } });
  const lock = await takeProcessLock(join(folderOf('running'), 'lock'), 'The batch', 'test');
  const left = { code: 0, stdout: '', stderr: '' };
  const leave = new AbortController();
  const idle = idleShell(left, '');
  let shown = '';
  left.code = await run(['watch', 'running', '--state', dirname(dirname(folderOf('running')))], {
    ...idle,
    interruptible: (use) => use(leave.signal),
    terminal: {
      ...idle.terminal,
      show: (_, whole) => {
        shown = whole?.({ color: false }) ?? '';
        leave.abort();
        return () => {};
      },
    },
  });
  expect(`${shown}\n`).toBe(await status('running'));
  expect(left.code).toBe(130);
  await lock.release();
});

it('does not take a finished batch of an earlier version for one without results', async () => {
  const { told, folderOf } = await stateWith({ old: { plan, ledger: [...work, finished(4, 2)] } });
  expect(await told('old')).toMatchObject({ state: 'finished', view: { stage: 'finished', outcomes: { edited: 1 } } });
  await writeFile(join(folderOf('old'), 'batch.json'), '{');
  expect(await told('old')).toEqual({ batch: 'old', state: 'damaged' });
});
