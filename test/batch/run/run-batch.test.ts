import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readBatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent } from '../../../src/batch/ledger/ledger-event.ts';
import { LedgerFold } from '../../../src/batch/ledger/ledger-fold.ts';
import { readLedger } from '../../../src/batch/ledger/read-ledger.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import { runBatch } from '../../../src/batch/run/run-batch.ts';
import type { Lanes, OpenLanes } from '../../../src/batch/run/run-parts.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import { readReport } from '../../../src/report/files/write-report.ts';
import type { BatchId } from '../../../src/terms.ts';
import { at, batchFolder, outcome, planRow, started } from '../ledger/batch-folder.ts';

const ONE_EDIT = { list: 0, read: 0, edit: 1 };
const ONE_LIST = { list: 1, read: 0, edit: 0 };

/** Lanes that answer each row at once, as `answer` says. */
const lanesThat =
  (
    answer: (job: RowJob, hears: Parameters<OpenLanes>[1]['listener']) => Promise<void> = (job, hears) =>
      edited(job, hears),
    more: Partial<Lanes> = {},
  ): OpenLanes =>
  async ({ file }, { listener }) => ({
    batch: file.batch as BatchId,
    feed: async (_lane, jobs) => {
      for (const job of jobs) void answer(job, listener);
    },
    read: () => Promise.reject(new Error('nothing is read')),
    drained: async () => {},
    takeBack: async () => new Set<number>(),
    abandonReads: () => {},
    clear: async () => {},
    clearBundles: async () => {},
    close: async () => {},
    ...more,
  });

async function edited(job: RowJob, hears: Parameters<OpenLanes>[1]['listener'], more: Partial<RowResult> = {}) {
  hears.called(ONE_EDIT, true);
  const status = { status: 'active', ssl_status: 'active' };
  await hears.rowDone({
    kind: 'row',
    key: job.key,
    row: job.row,
    calls: ONE_EDIT,
    outcome: 'edited',
    ...status,
    ...more,
  });
}

async function batchOf(rows: number, ledger: LedgerEvent[] = []) {
  const lane = { lane: 'default' };
  const plan = Array.from({ length: rows }, (_, index) => ({ ...planRow(index + 1), ...lane }));
  const path = await batchFolder({ plan, ledger });
  const events = async () =>
    (await readFile(join(path, 'ledger.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LedgerEvent);
  const run = async (open: OpenLanes, more: { interrupt?: AbortSignal; report?: () => Promise<void> } = {}) => {
    const file = await readBatchFile(path);
    const lanes = file.lanes.map(({ name }) => ({ name, limit: { max: 1, durationMs: 1_000 } }));
    const parts = {
      folder: { batch: file.batch, path, ...batchPaths(path) },
      file,
      lanes,
      window: 10,
      interrupt: new AbortController().signal,
      progress: new LiveView([], Date.now),
      log: pino({ level: 'silent' }),
      now: Date.now,
      sleep: async () => {},
      process: { pid: 1, user: 'ada', host: 'a', version: '1' },
      report: async () => {},
      ...more,
    };
    return runBatch({ ...parts, backend: {} as QueueBackend }, open);
  };
  return { path, run, events };
}

const told = (events: LedgerEvent[]) =>
  events.map((event) => (event.type === 'stage' ? [event.stage, event.wave].join(' ').trim() : event.type));

describe('a run', () => {
  it('tells in the ledger where it stands, from its start to its last line', async () => {
    const { run, events } = await batchOf(2);
    expect(await run(lanesThat())).toBe(0);
    expect(told(await events()).filter((word) => word !== 'fed')).toEqual([
      ...['started', 'editing 1', 'outcome', 'outcome', 'settling 1', 'reporting 1', 'finished'],
    ]);
    expect((await events()).at(-1)).toMatchObject({
      exit_code: 0,
      counts: { edited: 2, unprocessed: 0 },
      settled: { active: 2, pending: 0 },
    });
  });

  it('says that it started before any result can come', async () => {
    const { run, events } = await batchOf(2);
    const early: OpenLanes = async (parts, hears) => {
      const lanes = await lanesThat()(parts, hears);
      await edited({ key: 'row-1', row: 1 } as RowJob, hears.listener);
      return lanes;
    };
    await run(early);
    expect(told(await events()).slice(0, 2)).toEqual(['started', 'outcome']);
  });

  it('is reported before it says that it is finished, and its report says that nothing is left to do', async () => {
    const { run, path, events } = await batchOf(1);
    let reported: Awaited<ReturnType<typeof readReport>> | undefined;
    const report = async () => {
      expect(told(await events()).at(-1)).toBe('reporting 1');
      reported = await readReport(path);
    };
    await run(lanesThat(), { report });
    expect(reported).toMatchObject({ state: 'finished', exit_code: 0, resume: null });
    expect(await readReport(path)).toEqual(reported);
  });

  it('that died while it was reported is only reported', async () => {
    const { run, events } = await batchOf(1, [
      started(),
      outcome(1, { outcome: 'failed', code: 'CF_1434' }),
      { at: at(3), type: 'stage', stage: 'reporting', wave: 1, exit_code: 2 },
    ]);
    const never: OpenLanes = () => Promise.reject(new Error('no lane is needed'));
    expect(await run(never)).toBe(2);
    expect(told((await events()).slice(3))).toEqual(['started', 'reporting 1', 'finished']);
    expect(await run(never)).toBe(2);
    expect(told(await events()).slice(6)).toEqual([]);
  });

  it('that a rule stops has every call on record, of refused rows too, and names its rows in doubt', async () => {
    const { run, events, path } = await batchOf(2);
    const refused = lanesThat(
      async ({ row }, hears) => {
        if (row !== 1) return;
        hears.called(ONE_LIST, false);
        hears.inDoubt(1);
        await hears.refused('CF_UNAUTHORIZED', 'The token was refused.');
      },
      { takeBack: async () => new Set([2]) },
    );
    expect(await run(refused)).toBe(3);
    expect((await events()).at(-1)).toMatchObject({ type: 'stopped', code: 'CF_UNAUTHORIZED', in_doubt: [1, 2] });
    const fold = new LedgerFold(new RowTable(2));
    await readLedger(join(path, 'ledger.jsonl'), fold);
    expect([fold.calls.list, fold.standing.stage]).toEqual([1, 'stopped']);
  });

  it('that is interrupted goes on where it stood', async () => {
    const { run, events } = await batchOf(2);
    const interrupt = new AbortController();
    const first = lanesThat(async (job, hears) => (job.row === 1 ? edited(job, hears) : interrupt.abort()));
    expect(await run(first, { interrupt: interrupt.signal })).toBe(130);
    expect(await run(lanesThat())).toBe(0);
    const outcomes = (await events()).filter(({ type }) => type === 'outcome');
    expect(outcomes.map((event) => 'row' in event && event.row)).toEqual([1, 2]);
  });
});
