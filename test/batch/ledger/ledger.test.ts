import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger, type NewLedgerEvent } from '../../../src/batch/ledger/ledger.ts';
import type { OutcomeEvent, SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ROWS = 1_000;
const opened = (path: string) => Ledger.open(path, ROWS, () => Date.UTC(2026, 0, 1));
const edited = (row: number, more: Partial<OutcomeEvent> = {}): OutcomeEvent => ({
  ...{ type: 'outcome', row, outcome: 'edited' },
  ...more,
});
const eventsIn = async (path: string): Promise<{ type: string; row?: number }[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const started: NewLedgerEvent = { type: 'started', resumed: false, pid: 1, host: 'a', version: '1' };
const stopped = (...in_doubt: number[]): NewLedgerEvent => ({ type: 'stopped', reason: 'interrupted', in_doubt });

/** The past that a run finds whose forerunners left these events. */
async function pastOf(...events: NewLedgerEvent[]): Promise<Ledger['past']> {
  const path = join(await tempFolder(), 'ledger.jsonl');
  const ledger = await opened(path);
  await ledger.record(...events);
  await ledger.close();
  const next = await opened(path);
  await next.close();
  return next.past;
}

describe('the ledger', () => {
  it('knows when a row was edited, also when it is opened again, and of other outcomes nothing', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const ledger = await opened(path);
    await ledger.recordOutcomes([edited(1), edited(2, { outcome: 'failed' })]);
    await ledger.close();
    const again = await Ledger.open(path, ROWS, Date.now);
    expect([1, 2, 3].map((row) => again.editedAt(row))).toEqual([Date.UTC(2026, 0, 1), undefined, undefined]);
    await again.close();
  });

  it('gives a row one outcome, the first, whoever brings it and when', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const ledger = await opened(path);
    const bring = () => ledger.recordOutcomes([edited(1), edited(1, { outcome: 'failed' }), edited(2)]);
    await Promise.all([bring(), bring(), bring()]);
    expect(ledger.outcomeOf(1)).toBe('edited');
    await ledger.close();
    const again = await opened(path);
    await again.recordOutcomes([edited(2, { outcome: 'gave_up' })]);
    expect(again.fold.rows.counts).toMatchObject({ edited: 2, gave_up: 0, unprocessed: ROWS - 2 });
    await again.close();
    expect((await eventsIn(path)).filter(({ type }) => type === 'outcome').map(({ row }) => row)).toEqual([1, 2]);
  });

  it('has an outcome on disk by the time it says so', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const ledger = await opened(path);
    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        await ledger.recordOutcomes([edited(n + 1)]);
        expect((await eventsIn(path)).map(({ row }) => row)).toContain(n + 1);
      }),
    );
    await ledger.close();
  });

  // /dev/full refuses every write with ENOSPC, as a full disk does.
  it.runIf(process.platform === 'linux')(
    'never says that an outcome is on disk which is not, also not to whoever brings it a second time',
    async () => {
      const ledger = await opened('/dev/full');
      const both = await Promise.allSettled([ledger.recordOutcomes([edited(1)]), ledger.recordOutcomes([edited(1)])]);
      expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await expect(ledger.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
    },
  );

  it('forgets only the line that a crash tore, and that row gets its outcome after all', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const torn = await opened(path);
    await torn.recordOutcomes([edited(1)]);
    await torn.close();
    await appendFile(path, JSON.stringify({ at: 'x', ...edited(2) }).slice(0, -3));
    const fixed = await opened(path);
    expect([fixed.outcomeOf(1), fixed.outcomeOf(2)]).toEqual(['edited', undefined]);
    await fixed.recordOutcomes([edited(2)]);
    await fixed.close();
    expect((await eventsIn(path)).map(({ row }) => row)).toEqual([1, 2]);
  });

  it('passes over events it does not know, and takes no outcome of rows the batch does not have', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    await appendFile(path, '{"at":"x","type":"held","by":"ops"}\n');
    const ledger = await opened(path);
    await ledger.recordOutcomes([edited(ROWS + 1), edited(ROWS)]);
    expect([ledger.fold.rows.counts.edited, ledger.outcomeOf(ROWS)]).toEqual([1, 'edited']);
    await ledger.close();
  });

  it.each(['{"at":', JSON.stringify({ at: 'x', ...edited(ROWS + 1) })])(
    'that says what is never written is not gone on with: %s',
    async (line) => {
      const path = join(await tempFolder(), 'ledger.jsonl');
      await appendFile(path, `${line}\n`);
      await expect(opened(path)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
    },
  );

  it('knows where a hostname stood when the API last spoke of it', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const ledger = await opened(path);
    await ledger.recordOutcomes([edited(1, { status: 'active', ssl_status: 'pending_validation' }), edited(2)]);
    const settled = (settlement: SettledRow['settlement']) => ({ row: 1, settlement, status: 'active' });
    await ledger.recordSettled([settled('errored')]);
    await ledger.recordSettled([settled('active')]);
    await ledger.close();
    const again = await opened(path);
    for (const each of [ledger, again])
      expect([1, 2, 3].map((row) => each.settlementOf(row))).toEqual(['active', undefined, undefined]);
    await again.close();
  });
});

describe('what the ledger tells a resumed run about rows in doubt', () => {
  it('is nothing where nothing was fed', async () => {
    expect(await pastOf(started)).toEqual({ hasFed: false, wave: 1, fedUpTo: new Map(), inDoubt: undefined });
  });

  it('is every row that was fed, where the last run just ended', async () => {
    expect(
      await pastOf(started, { type: 'fed', lane: 'default', up_to: 100 }, { type: 'fed', lane: 'default', up_to: 200 }),
    ).toEqual({
      ...{ hasFed: true, wave: 1, fedUpTo: new Map([['default', 200]]), inDoubt: undefined },
    });
  });

  it('is the rows it named, where the last run stopped cleanly', async () => {
    const past = await pastOf(started, { type: 'fed', lane: 'default', up_to: 200 }, stopped(7, 9));
    expect(past).toMatchObject({ fedUpTo: new Map([['default', 200]]), inDoubt: new Set([7, 9]) });
  });

  it('is every row again, where a run after the clean stop just ended', async () => {
    const past = await pastOf(started, { type: 'fed', lane: 'default', up_to: 200 }, stopped(7), started, {
      type: 'fed',
      lane: 'default',
      up_to: 100,
    });
    expect(past).toMatchObject({ fedUpTo: new Map([['default', 200]]), inDoubt: undefined });
  });

  it.each([
    ['just ended', [], [1, 2, 3, 4]],
    ['stopped cleanly', [stopped(3, 1)], [1, 3]],
  ] as [string, NewLedgerEvent[], number[]][])(
    'is row by row, and stays so when an outcome comes: a run that %s',
    async (_name, end, rows) => {
      const path = join(await tempFolder(), 'ledger.jsonl');
      const ledger = await opened(path);
      await ledger.record(started, { type: 'fed', lane: 'default', up_to: 4 }, edited(1), ...end);
      await ledger.close();
      const next = await opened(path);
      const inDoubt = () => [1, 2, 3, 4, 5].filter((row) => next.isInDoubt(row, 'default'));
      expect(inDoubt()).toEqual(rows);
      await next.recordOutcomes([edited(3)]);
      expect(inDoubt()).toEqual(rows);
      await next.close();
    },
  );

  it('is told lane by lane: what one was fed says nothing about the rows of another', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    const ledger = await opened(path);
    await ledger.record(started, { type: 'fed', lane: 'emea', up_to: 4 }, { type: 'fed', lane: 'apac', up_to: 2 });
    await ledger.close();
    const next = await opened(path);
    expect(['emea', 'apac', 'amer'].map((lane) => next.isInDoubt(3, lane))).toEqual([true, false, false]);
    await next.close();
  });

  it('never dates an event before an earlier one, also where the clock is set back or an earlier run was ahead', async () => {
    const path = join(await tempFolder(), 'ledger.jsonl');
    let now = Date.parse('2026-11-01T12:00:00Z');
    const started = { type: 'started', resumed: false, pid: 1, host: 'h', version: '0' } as const;
    const ledger = await Ledger.open(path, 1, () => now);
    await ledger.record(started);
    now -= 3_600_000;
    await ledger.record({ type: 'stopped', reason: 'interrupted', in_doubt: [] });
    await ledger.close();
    const later = await Ledger.open(path, 1, () => now);
    await later.record(started);
    await later.close();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(new Set(lines.map((line) => (JSON.parse(line) as { at: string }).at))).toEqual(
      new Set(['2026-11-01T12:00:00.000Z']),
    );
  });
});
