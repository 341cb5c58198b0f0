import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent, SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import { foldLedger } from '../../../src/batch/ledger/ledger-fold.ts';
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
  await expect(foldLedger(await temporaryFolder())).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
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
  await expect(foldLedger(folder)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
});

test('a plan that is gone is not taken for a batch that never started', async () => {
  const folder = await batchFolder({ plan: [planRow(1)] });
  await rm(join(folder, 'plan.jsonl'));
  await expect(foldLedger(folder)).rejects.toThrow();
});

test('outcomes always sum to the rows, settlements to the rows edited and skipped, codes to the rows that failed', async () => {
  const events = (rows: number) =>
    fc.array(
      fc.oneof(
        fc
          .tuple(
            fc.integer({ min: 1, max: rows }),
            fc.constantFrom(...OUTCOMES.slice(0, 5)),
            fc.constantFrom('CF_1434', 'CF_1', undefined),
          )
          .map(([row, name, code]) => outcome(row, { outcome: name as 'edited', ...(code !== undefined && { code }) })),
        fc
          .array(
            fc.record({
              row: fc.integer({ min: 1, max: rows }),
              settlement: fc.constantFrom(...SETTLEMENTS),
              status: fc.string(),
            }),
          )
          .map((entries) => settled(entries)),
        fc.constant(started()),
        fc.constant(finished()),
      ),
    );
  const batches = fc
    .array(fc.tuple(fc.constantFrom(...DECISIONS), fc.option(fc.string(), { nil: undefined })), {
      minLength: 1,
      maxLength: 12,
    })
    .chain((decisions) => fc.tuple(fc.constant(decisions), events(decisions.length)));
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

test('a hundred thousand rows are kept as numbers in typed arrays, not as objects', async () => {
  const rows = 100_000;
  const plan = Array.from({ length: rows }, (_, index) => planRow(index + 1));
  const ledger = [started(), ...plan.map(({ row }) => outcome(row)), finished()];
  const fold = await foldLedger(await batchFolder({ plan, ledger }));
  expect(fold.rows).toBeInstanceOf(RowTable);
  expect(fold.rows.bytes / rows).toBeLessThan(56);
  const lists = Object.values(fold).filter((value) => Array.isArray(value) || value instanceof Map);
  expect(lists).toEqual([[]]);
});
