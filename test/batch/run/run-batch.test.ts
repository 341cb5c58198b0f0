import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { appendWord } from '../../../src/batch/control/control-file.ts';
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
import { word } from '../control/words.ts';
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
    takeBack: async () => ({ rows: new Map<number, boolean>(), perhapsSent: new Set<number>() }),
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
      { takeBack: async () => ({ rows: new Map([[2, true]]), perhapsSent: new Set([2]) }) },
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

  describe('that somebody steers', () => {
    const say = (path: string, ...given: Parameters<typeof word>) =>
      appendWord(batchPaths(path).control, word(...given));
    it('pauses with nothing left in its lanes, and goes on with what was taken back, read before it is sent', async () => {
      const { run, events, path } = await batchOf(2);
      const [waiting, handed] = [new Set<number>(), [] as string[]];
      let paused = false;
      const lanes = lanesThat(
        async (job, hears) => {
          handed.push(`${job.row} ${job.fresh_until === 0 ? 'old' : 'fresh'}`);
          if (paused) return edited(job, hears);
          waiting.add(job.row);
          if (waiting.size === 2) await say(path, 'pause');
        },
        {
          takeBack: async () => {
            const rows = new Map([...waiting].map((row) => [row, false]));
            waiting.clear();
            return { rows, perhapsSent: new Set() };
          },
        },
      );
      const ended = run(lanes);
      await expect.poll(async () => told(await events()).at(-1)).toBe('paused 1');
      expect(waiting.size).toBe(0);
      paused = true;
      await say(path, 'go');
      expect(await ended).toBe(0);
      expect(handed).toEqual(['1 fresh', '2 fresh', '1 old', '2 old']);
      const steps = told(await events()).filter((step) => !['fed', 'outcome'].includes(step));
      expect(steps).toEqual([
        ...['started', 'editing 1', 'control', 'paused 1', 'control', 'editing 1', 'settling 1'],
        ...['reporting 1', 'finished'],
      ]);
    });

    it('is still paused when it is resumed after its process died, until somebody says go', async () => {
      const { run, events, path } = await batchOf(1, [
        started(),
        { at: at(1), type: 'control', said: word('pause'), up_to: 0 },
        { at: at(2), type: 'stage', stage: 'paused', wave: 1, holds: 'editing', in_doubt: [] },
      ]);
      const fed: number[] = [];
      const ended = run(
        lanesThat(async (job, hears) => {
          fed.push(job.row);
          await edited(job, hears);
        }),
      );
      await expect.poll(async () => told(await events()).slice(3)).toEqual(['started', 'paused 1']);
      expect(fed).toEqual([]);
      await say(path, 'go');
      expect(await ended).toBe(0);
    });

    it('hears what was said while nobody was there, before it hands anything over', async () => {
      const { run, events, path } = await batchOf(1);
      await say(path, 'cancel', { reason: 'wrong manifest' });
      const never = lanesThat(async () => expect.unreachable('nothing is handed over'));
      expect(await run(never)).toBe(3);
      expect((await events()).at(-1)).toMatchObject({
        type: 'stopped',
        reason: 'cancelled',
        message: 'Cancelled by ana@workspace: wrong manifest',
        in_doubt: [],
      });
      expect(await run(never)).toBe(3);
    });
  });
});
