import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldBatch } from '../../../src/batch/ledger/batch-fold.ts';
import type { LedgerEvent, SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import { LedgerFold } from '../../../src/batch/ledger/ledger-fold.ts';
import { lastEvent, readLedger } from '../../../src/batch/ledger/read-ledger.ts';
import { RowRecords } from '../../../src/batch/ledger/row-records.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import { readReport } from '../../../src/report/files/write-report.ts';
import { DECISIONS, OUTCOMES, SETTLEMENTS } from '../../../src/terms.ts';
import {
  at,
  batchFolder,
  finished,
  lines,
  outcome,
  planRow,
  settled,
  started,
  temporaryFolder,
} from './batch-folder.ts';

const pendingRow = (row: number, more: Partial<SettledRow> = {}): SettledRow => ({
  row,
  settlement: 'pending',
  status: 'active',
  ssl_status: 'pending_validation',
  ...more,
});

test('a batch without any ledger is all unprocessed, but for what its plan decided', async () => {
  const folder = await batchFolder({
    plan: [
      planRow(1),
      planRow(2, { decision: 'skip', code: 'ALREADY_SO', message: 'It is so.' }),
      planRow(3, { decision: 'reject', code: 'HOSTNAME_NOT_FOUND', message: 'Not there.' }),
    ],
  });
  const report = await readReport(folder);
  expect(report.counts).toEqual({ rows: 3, edited: 0, skipped: 1, rejected: 1, failed: 0, gave_up: 0, unprocessed: 1 });
  expect(report).toMatchObject({ state: 'unfinished', started_at: null, finished_at: null, duration_ms: 0 });
  // The folder is not under the default state folder, so the command says under which one it is.
  expect(report.resume).toMatch(/^hostroll resume 20260304-120000-ab12 --state \//);
  expect(report.errors).toMatchObject([
    { code: 'HOSTNAME_NOT_FOUND', count: 1, sample: { row: 3, message: 'Not there.' } },
  ]);
  expect(report.skips).toMatchObject([{ code: 'ALREADY_SO', count: 1 }]);
});

test('a running batch can be read while lines are being appended', async () => {
  const folder = await batchFolder({ plan: [planRow(1), planRow(2)], ledger: [started(), outcome(1)] });
  expect((await readReport(folder)).counts).toMatchObject({ edited: 1, unprocessed: 1 });
  await appendFile(join(folder, 'ledger.jsonl'), lines([outcome(2, {}, 7)]));
  const report = await readReport(folder);
  expect(report.counts).toMatchObject({ edited: 2, unprocessed: 0 });
  expect(report).toMatchObject({ state: 'unfinished', finished_at: null, duration_ms: 7_000 });
});

test('a last line torn by a crash, at whatever byte, changes nothing', async () => {
  const whole = lines([started(), outcome(1)]);
  const torn = lines([outcome(2, { outcome: 'failed', code: 'CF_1434', message: 'gültig? nein' })]);
  const folder = await batchFolder({ plan: [planRow(1), planRow(2)] });
  const bytes = Buffer.from(torn);
  for (let length = 0; length < bytes.length; length += 1) {
    await writeFile(join(folder, 'ledger.jsonl'), Buffer.concat([Buffer.from(whole), bytes.subarray(0, length)]));
    expect((await readReport(folder)).counts).toMatchObject({ edited: 1, failed: 0, unprocessed: 1 });
  }
});

test('the first outcome of a row counts; later ones are told and ignored, with their calls', async () => {
  const folder = await batchFolder({
    plan: [planRow(1)],
    ledger: [started(), outcome(1), outcome(1, { outcome: 'failed', code: 'CF_1436' }), outcome(1), finished()],
  });
  const report = await readReport(folder);
  expect(report.counts).toMatchObject({ edited: 1, failed: 0 });
  expect(report.duplicate_outcomes).toBe(2);
  expect(report.calls).toEqual({ list: 0, read: 0, edit: 1, total: 1 });
});

test('a later settled entry replaces an earlier one, in the same line too', async () => {
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2)],
    ledger: [
      started(),
      outcome(1, { status: 'active', ssl_status: 'initializing' }),
      outcome(2),
      settled([pendingRow(1), pendingRow(2, { method: 'http' }), pendingRow(2, { method: 'txt' })]),
      settled([{ row: 1, settlement: 'active', status: 'active', ssl_status: 'active' }]),
    ],
  });
  const report = await readReport(folder);
  expect(report.settled).toEqual({ active: 1, pending: 1, errored: 0, unknown: 0 });
  expect(report.pending_dcv).toMatchObject([{ row: 2, method: 'txt' }]);
});

test('a row never read again counts by the answer to its edit, or else by the plan', async () => {
  const folder = await batchFolder({
    plan: [
      planRow(1),
      planRow(2, { decision: 'skip', code: 'ALREADY_SO', status: 'moved' }),
      planRow(3, { decision: 'skip', code: 'ALREADY_SO' }),
      planRow(4),
    ],
    ledger: [
      started(),
      outcome(1, { status: 'active', ssl_status: 'pending_validation' }),
      outcome(4, { outcome: 'failed', code: 'CF_1434' }),
    ],
  });
  expect((await readReport(folder)).settled).toEqual({ active: 1, pending: 1, errored: 1, unknown: 0 });
});

test('a change the API does not show is reported until a later read shows it', async () => {
  const notShown = { not_shown: ['ssl.method'] };
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2), planRow(3)],
    ledger: [
      started(),
      outcome(1, notShown),
      outcome(2, notShown),
      outcome(3),
      settled([pendingRow(1), pendingRow(3, notShown)]),
    ],
  });
  const report = await readReport(folder);
  expect(report.not_in_effect_count).toBe(2);
  expect(report.not_in_effect).toMatchObject([
    { row: 2, not_shown: ['ssl.method'] },
    { row: 3, not_shown: ['ssl.method'] },
  ]);
});

test('a stop can be resumed: the pause is no working time, and the stop is forgotten', async () => {
  const stop: LedgerEvent = {
    at: at(10),
    type: 'stopped',
    reason: 'stop_rule',
    code: 'CF_UNAUTHORIZED',
    message: 'The token was refused.',
    in_doubt: [2],
  };
  const plan = [planRow(1), planRow(2)];
  const stopped = await readReport(await batchFolder({ plan, ledger: [started(), outcome(1), stop] }));
  expect(stopped).toMatchObject({ state: 'stopped', finished_at: null, exit_code: 3, duration_ms: 10_000 });
  expect(stopped.stopped).toMatchObject({ reason: 'stop_rule', code: 'CF_UNAUTHORIZED', in_doubt: [2] });
  expect(stopped.resume).toContain('hostroll resume');

  const ledger = [started(), outcome(1), stop, started(3_600, true), outcome(2, {}, 3_605), finished(3_606, 3)];
  const done = await readReport(await batchFolder({ plan, ledger }));
  expect(done).toMatchObject({ state: 'finished', stopped: null, exit_code: 3, duration_ms: 16_000, resume: null });
  expect(done).toMatchObject({ started_at: at(0), finished_at: at(3_606) });
});

test('events of types this version does not know are passed over', async () => {
  const ledger = lines([started(), { at: at(1), type: 'paused', by: 'ops', rows: [{ row: 99 }] }, outcome(1)]);
  expect((await readReport(await batchFolder({ plan: [planRow(1)], ledger }))).counts.edited).toBe(1);
});

test('calls are summed over rows, snapshot and settling', async () => {
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2)],
    ledger: [
      started(),
      { at: at(0), type: 'calls', purpose: 'snapshot', calls: { list: 4, read: 1, edit: 0 } },
      outcome(1, { calls: { read: 1, edit: 2 } }),
      outcome(2),
      { at: at(2), type: 'calls', purpose: 'settle', calls: { list: 2, read: 0, edit: 0 } },
    ],
  });
  expect((await readReport(folder)).calls).toEqual({ list: 6, read: 2, edit: 3, total: 11 });
});

test('a folder without batch.json is refused by name', async () => {
  await expect(foldBatch(await temporaryFolder())).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
});

const damage: [what: string, spoil: (folder: string) => Promise<void>][] = [
  ['a batch.json that is not JSON', (folder) => writeFile(join(folder, 'batch.json'), '{"batch":')],
  ['a batch.json without its members', (folder) => writeFile(join(folder, 'batch.json'), '{"batch":"x"}')],
  ['a plan that lacks rows', (folder) => writeFile(join(folder, 'plan.jsonl'), lines([planRow(1)]))],
  ['a plan out of order', (folder) => writeFile(join(folder, 'plan.jsonl'), lines([planRow(2), planRow(1)]))],
  ['an outcome of a row that is not planned', (folder) => writeFile(join(folder, 'ledger.jsonl'), lines([outcome(3)]))],
  ['a broken line in the middle', (folder) => writeFile(join(folder, 'ledger.jsonl'), `{"at"\n${lines([outcome(1)])}`)],
  [
    'a settled row that is not planned',
    (folder) => writeFile(join(folder, 'ledger.jsonl'), lines([settled([pendingRow(9)])])),
  ],
];
test.each(damage)('%s is damage, and no report is made of it', async (_what, spoil) => {
  const folder = await batchFolder({ plan: [planRow(1), planRow(2)], ledger: [started()] });
  await spoil(folder);
  await expect(foldBatch(folder)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
});

test('a plan that is gone is not taken for a batch that never started', async () => {
  const folder = await batchFolder({ plan: [planRow(1)] });
  await rm(join(folder, 'plan.jsonl'));
  await expect(foldBatch(folder)).rejects.toThrow();
});

/** Ledgers of a batch of `rows` rows, with everything in them that a fold takes in. */
const ledgersOf = (rows: number) => {
  const row = fc.integer({ min: 1, max: rows });
  const settledRow = fc.record({ row, settlement: fc.constantFrom(...SETTLEMENTS), status: fc.string() });
  const code = fc.constantFrom('CF_1434', 'CF_1', undefined);
  return fc.array(
    fc.oneof(
      fc
        .tuple(row, fc.constantFrom(...OUTCOMES.slice(0, 5)), code, fc.option(fc.string(), { nil: undefined }))
        .map(([of, name, code, status]) =>
          outcome(of, { outcome: name as 'edited', ...(code && { code }), ...(status && { status }) }),
        ),
      fc.array(settledRow).map((entries) => settled(entries)),
      fc.constantFrom<LedgerEvent>(
        started(),
        finished(),
        { at: at(4), type: 'stopped', reason: 'interrupted', in_doubt: [1] },
        { at: at(4), type: 'fed', lane: 'emea', up_to: 1 },
        { at: at(4), type: 'stage', stage: 'settling', wave: 1, until: at(9) },
        { at: at(5), type: 'stage', stage: 'reporting', exit_code: 2 },
        { at: at(5), type: 'calls', purpose: 'settle', calls: { list: 2, read: 1, edit: 0 } },
        { at: at(5), type: 'cooling', until: at(9), reason: 'CF_RATE_LIMITED', lane: 'emea' },
      ),
    ),
  );
};

test('a ledger folded in pieces, wherever it is cut, gives what it gives when it is folded whole', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'ledger.jsonl');
  const rows = 6;
  const given = fc.tuple(ledgersOf(rows), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(given, async ([events, cuts]) => {
      const bytes = Buffer.from(lines(events));
      const whole = new LedgerFold(new RowRecords(rows));
      await writeFile(path, bytes);
      expect(await readLedger(path, whole)).toBe(bytes.length);
      const pieces = new LedgerFold(new RowRecords(rows));
      let offset = 0;
      // The file as it grows: any byte may be the last one that is there yet.
      for (const cut of [...cuts.sort((a, b) => a - b), 1]) {
        await writeFile(path, bytes.subarray(0, Math.floor(cut * bytes.length)));
        offset = await readLedger(path, pieces, offset);
      }
      expect(offset).toBe(bytes.length);
      expect(pieces).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

test.each<[string, LedgerEvent[], object]>([
  ['its stages', [{ at: at(0), type: 'stage', stage: 'planning' }], { stage: 'planning', wave: 0 }],
  [
    'the wave it is in',
    [started(), { at: at(0), type: 'stage', stage: 'settling', wave: 2, until: at(9) }],
    { stage: 'settling', wave: 2, until: at(9) },
  ],
  ['a start, in ledgers of earlier versions', [started(), outcome(1)], { stage: 'editing', wave: 1 }],
  ['its end', [started(), finished()], { stage: 'finished', wave: 1 }],
])('where a batch stands is told by %s', (_what, events, standing) => {
  const fold = new LedgerFold(new RowTable(1));
  for (const event of events) fold.add(event);
  expect(fold.standing).toMatchObject(standing);
});

test('a batch whose rows came to their end is as good as finished while it is reported', () => {
  const fold = new LedgerFold(new RowTable(1));
  fold.add(started());
  fold.add({ at: at(8), type: 'stage', stage: 'reporting', exit_code: 2 });
  fold.add(finished(50, 2));
  expect([fold.ended, fold.clock.workedMs]).toEqual([{ at: at(8), exit_code: 2 }, 8_000]);
});

describe('the last event of a ledger', () => {
  const last = async (text: string) => {
    const path = join(await temporaryFolder(), 'ledger.jsonl');
    await writeFile(path, text);
    return lastEvent(path);
  };

  test('is found from the end, however long its line is and whatever a crash tore after it', async () => {
    const long = settled(Array.from({ length: 2_000 }, (_, index) => pendingRow(index + 1)));
    for (const torn of ['', '{"at":"2026', lines([finished()]).slice(0, -1)]) {
      expect(await last(lines([started(), long]) + torn)).toEqual(long);
      expect(await last(lines([finished()]) + torn)).toEqual(finished());
    }
  });

  test('is none where there is no line, and no ledger', async () => {
    expect(await last('')).toBeUndefined();
    expect(await last('{"torn')).toBeUndefined();
    expect(await lastEvent(join(await temporaryFolder(), 'ledger.jsonl'))).toBeUndefined();
  });

  test('is damage where it is not JSON', async () => {
    await expect(last('{"half": \n')).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
  });
});

test('outcomes always sum to the rows, settlements to the rows edited and skipped, codes to the rows that failed', async () => {
  const batches = fc
    .array(fc.tuple(fc.constantFrom(...DECISIONS), fc.option(fc.string(), { nil: undefined })), {
      minLength: 1,
      maxLength: 12,
    })
    .chain((decisions) => fc.tuple(fc.constant(decisions), ledgersOf(decisions.length)));
  await fc.assert(
    fc.asyncProperty(batches, async ([decisions, ledger]) => {
      const plan = decisions.map(([decision, status], index) => {
        const { status: _status, ssl_status: _sslStatus, ...rest } = planRow(index + 1, { decision });
        return status === undefined ? rest : { ...rest, status };
      });
      const { counts, settled: states, errors, skips } = await readReport(await batchFolder({ plan, ledger }));
      const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
      expect(sum(OUTCOMES.map((name) => counts[name]))).toBe(counts.rows);
      expect(sum(Object.values(states))).toBe(counts.edited + counts.skipped);
      expect(sum(errors.map(({ count }) => count))).toBe(counts.failed + counts.gave_up + counts.rejected);
      expect(sum(skips.map(({ count }) => count))).toBe(counts.skipped);
    }),
    { numRuns: 60 },
  );
});

test('rows are kept as numbers in typed arrays, not as objects', async () => {
  const rows = 10_000;
  const plan = Array.from({ length: rows }, (_, index) => planRow(index + 1));
  const ledger = [started(), ...plan.map(({ row }) => outcome(row)), finished()];
  const fold = await foldBatch(await batchFolder({ plan, ledger }));
  expect(fold.rows).toBeInstanceOf(RowRecords);
  const before = process.memoryUsage().arrayBuffers;
  const another = new RowRecords(100_000);
  expect((process.memoryUsage().arrayBuffers - before) / another.rows).toBeLessThan(60);
  const lists = Object.values(fold).filter((value) => Array.isArray(value) || value instanceof Map);
  expect(lists).toEqual([[], new Map(), new Map()]);
});
