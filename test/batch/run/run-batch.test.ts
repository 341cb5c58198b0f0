import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendWord } from '../../../src/batch/control/control-file.ts';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import { LedgerFold } from '../../../src/batch/ledger/ledger-fold.ts';
import { readLedger } from '../../../src/batch/ledger/read-ledger.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import type { OpenLanes } from '../../../src/batch/run/run-parts.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import { readReport } from '../../../src/report/files/write-report.ts';
import { word } from '../control/words.ts';
import { at, outcome, started } from '../ledger/batch-folder.ts';
import { batchOf, edited, lanesThat, told } from './batch-in-memory.ts';

const ONE_LIST = { list: 1, read: 0, edit: 0 };

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

it('a run that is interrupted before it begins sends nothing', async () => {
  const { run, events } = await batchOf(2);
  expect(await run(lanesThat(), { interrupt: AbortSignal.abort() })).toBe(130);
  expect(told(await events())).toEqual(['started', 'editing 1', 'stopped']);
});
