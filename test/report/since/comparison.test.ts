import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent, SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { readReport, writeReport } from '../../../src/report/files/write-report.ts';
import { Comparison } from '../../../src/report/since/comparison.ts';
import type { Since } from '../../../src/report/since/since.ts';
import { renderText } from '../../../src/report/text/report-text.ts';
import type { BatchId } from '../../../src/terms.ts';
import { batchFolder, hostnameOf, planRow, temporaryFolder } from '../../batch/ledger/batch-folder.ts';

/** What one night's batch saw of a hostname when it was planned, and what it read of it at its end. */
interface Night {
  at: string;
  seen: [status: string, ssl: string];
  /** The edit restarts validation. */
  edits?: boolean;
  ended?: [status: string, ssl: string];
  deadlines?: SettledRow['deadlines'];
}

const ACTIVE: [string, string] = ['active', 'active'];
const PENDING: [string, string] = ['active', 'pending_validation'];
const MOVED: [string, string] = ['moved', 'active'];
const SINCE = '2026-11-24T23:00:00.000Z';
const NOW = '2026-11-26T07:00:00.000Z';
const TIME = { given: 'yesterday', from: Date.parse(SINCE), now: Date.parse(NOW), timeZone: 'Europe/Berlin' };

/** One batch per night, each with every hostname that has that night. */
async function nights(hostnames: Night[][]): Promise<string[]> {
  const folders: string[] = [];
  for (const at of [...new Set(hostnames.flat().map((night) => night.at))].sort()) {
    const plan: PlanRow[] = [];
    const settled: SettledRow[] = [];
    for (const [index, of] of hostnames.entries()) {
      const night = of.find((one) => one.at === at);
      if (night === undefined) continue;
      const row = plan.length + 1;
      const { row: _, ...named } = planRow(index + 1, { status: night.seen[0], ssl_status: night.seen[1] });
      if (night.edits !== true) Object.assign(named, { decision: 'skip', body: undefined });
      plan.push({ ...named, row });
      const [status, ssl_status] = night.ended ?? night.seen;
      const settlement = status === 'moved' ? 'errored' : ssl_status === 'active' ? 'active' : 'pending';
      settled.push({ row, settlement, status, ssl_status, ...(night.deadlines && { deadlines: night.deadlines }) });
    }
    const ended = new Date(Date.parse(at) + 60_000).toISOString();
    const ledger: LedgerEvent[] = [{ at: ended, type: 'settled', rows: settled }];
    const folder = await batchFolder({ plan, ledger });
    const file = JSON.parse(await readFile(join(folder, 'batch.json'), 'utf8'));
    await writeFile(join(folder, 'batch.json'), JSON.stringify({ ...file, created_at: at }));
    folders.push(folder);
  }
  return folders;
}

async function compare(folders: string[]): Promise<Comparison> {
  const named = folders.map((path, at) => ({ batch: `night-${at}` as BatchId, path, ...batchPaths(path) }));
  const comparison = await Comparison.open(named, TIME);
  onTestFinished(() => comparison.close());
  return comparison;
}

const sinceOf = async (...hostnames: Night[][]): Promise<Since> => (await compare(await nights(hostnames))).summary();
const one = (index: number) => ({ hostname: hostnameOf(index) });
const [DAY1, DAY2, DAY3] = ['2026-11-24T01:00:00.000Z', '2026-11-25T01:00:00.000Z', '2026-11-26T01:00:00.000Z'];

describe('what has changed since', () => {
  it('is newly active where it was not before', async () => {
    const since = await sinceOf([
      { at: DAY1, seen: PENDING },
      { at: DAY2, seen: PENDING, edits: true, ended: ACTIVE },
    ]);
    expect(since).toMatchObject({
      counts: { newly_active: 1, newly_broken: 0, flapping: 0, still_pending: 0 },
      newly_active: [
        { ...one(1), before: 'pending', now: 'active', batch: 'night-1', nights: null, who_acts: 'nobody' },
      ],
    });
  });

  it('is newly broken where Cloudflare has given up on what was well', async () => {
    const since = await sinceOf([
      { at: DAY1, seen: ACTIVE },
      { at: DAY2, seen: ACTIVE, ended: MOVED },
    ]);
    expect(since).toMatchObject({
      counts: { newly_active: 0, newly_broken: 1, still_pending: 0 },
      newly_broken: [{ ...one(1), phase: 'stuck', who_acts: 'operator', before: 'active', now: 'errored' }],
    });
  });

  it('is still pending, and says for how many nights, however many batches have read it', async () => {
    const since = await sinceOf(
      [DAY1, DAY2, DAY3].map((at) => ({ at, seen: PENDING })),
      [{ at: DAY3, seen: PENDING }],
    );
    expect(since.still_pending).toMatchObject([
      { ...one(1), nights: 2, not_active_since: DAY1 },
      { ...one(2), nights: 0, not_active_since: DAY3 },
    ]);
    expect(since.nights).toEqual([
      { nights: 2, count: 1 },
      { nights: 0, count: 1 },
    ]);
    expect(since.batches).toEqual(['night-2']);
  });

  it('is flapping where it stops being active by itself, not where our edit restarts its validation', async () => {
    const since = await sinceOf(
      [
        { at: DAY1, seen: ACTIVE },
        { at: DAY2, seen: PENDING, edits: true, ended: ACTIVE },
        { at: DAY3, seen: ACTIVE },
      ],
      [
        { at: DAY1, seen: ACTIVE },
        { at: DAY2, seen: ACTIVE, edits: true, ended: PENDING },
        { at: DAY3, seen: ACTIVE },
      ],
    );
    expect(since.counts).toEqual({ newly_active: 0, newly_broken: 0, flapping: 1, still_pending: 0 });
    expect(since.flapping).toMatchObject([{ ...one(1), drops: 1, recoveries: 1, now: 'active' }]);
  });

  it('leaves out what nothing was read of since, and what is as it was', async () => {
    const since = await sinceOf(
      [{ at: DAY1, seen: PENDING }],
      [
        { at: DAY1, seen: MOVED },
        { at: DAY2, seen: ACTIVE },
        { at: DAY3, seen: ACTIVE },
      ],
      [
        { at: DAY1, seen: ACTIVE },
        { at: DAY2, seen: ACTIVE },
      ],
    );
    expect(since.counts).toEqual({ newly_active: 1, newly_broken: 0, flapping: 0, still_pending: 0 });
  });

  it('says first what is lost within 48 hours, the nearest first', async () => {
    const dies = (at: string) => ({ token_dies: { at, estimate: true } });
    const since = await sinceOf(
      [{ at: DAY3, seen: PENDING, deadlines: dies('2026-11-28T06:59:59.000Z') }],
      [
        {
          at: DAY3,
          seen: PENDING,
          deadlines: {
            ...dies('2026-12-09T00:00:00.000Z'),
            hostname_lost: { at: '2026-11-26T08:00:00.000Z', estimate: false },
          },
        },
      ],
      [{ at: DAY3, seen: PENDING, deadlines: dies('2026-11-28T07:00:01.000Z') }],
      [{ at: DAY3, seen: PENDING, deadlines: dies('2026-11-26T06:59:00.000Z') }],
    );
    expect(since.deadlines).toMatchObject([
      { ...one(2), kind: 'hostname_lost', at: '2026-11-26T08:00:00.000Z', estimate: false },
      { ...one(1), kind: 'token_dies', at: '2026-11-28T06:59:59.000Z', estimate: true },
    ]);
    expect(since.deadlines_count).toBe(2);
  });
});

describe('a report with what has changed', () => {
  const many = (count: number): Night[][] =>
    Array.from({ length: count }, () => [DAY2, DAY3].map((at) => ({ at, seen: PENDING })));

  it('names three of each kind in the text, all of them in report.json', async () => {
    const folders = await nights([
      ...many(25),
      [
        { at: DAY1, seen: PENDING },
        { at: DAY3, seen: ACTIVE },
      ],
    ]);
    const comparison = await compare(folders);
    const folder = folders.at(-1) ?? '';
    const text = renderText(await writeReport(folder, comparison), { color: false });
    expect(text.split('\n')[0]).toContain('Since yesterday (2026-11-24 23:00:00 UTC): 0 newly broken, 0 flapping,');
    const names = [1, 2, 3].map(hostnameOf).join(', ');
    expect(text.replace(/\s+/g, ' ')).toContain(
      `Still not active, the longest first (25 for 1 night): ${names}, and 22 more`,
    );
    expect(text.split('\n').length).toBeLessThanOrEqual(41);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const { since } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    expect([since.still_pending.length, since.newly_active.length, since.deadlines]).toEqual([25, 1, []]);
    expect(since).toMatchObject({ given: 'yesterday', from: SINCE, now: NOW, time_zone: 'Europe/Berlin' });
    expect(Object.keys(since).sort()).toEqual(Object.keys(await comparison.summary()).sort());
  });

  it('is as ever where nothing was asked for', async () => {
    const [folder = ''] = await nights([[{ at: DAY1, seen: PENDING }]]);
    expect((await readReport(folder)).since).toBeNull();
  });
});

it('a batch that is only being planned is left out, a damaged one is said', async () => {
  const empty = await temporaryFolder();
  const [folder = ''] = await nights([[{ at: DAY2, seen: ACTIVE }]]);
  expect((await (await compare([empty, folder])).summary()).batches).toEqual(['night-1']);
  await writeFile(join(folder, 'ledger.jsonl'), 'no json\n');
  await expect(compare([folder])).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
});
