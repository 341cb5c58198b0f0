import { createReadStream } from 'node:fs';
import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unguardCell } from '../../../src/manifest/cell-guard.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import type { Row } from '../../../src/manifest/row.ts';
import { writeReport } from '../../../src/report/files/write-report.ts';
import type { Report } from '../../../src/report/report.ts';
import {
  batchFolder,
  finished,
  hostnameOf,
  idOf,
  outcome,
  planRow,
  settled,
  started,
  ZONE,
} from '../../batch/ledger/batch-folder.ts';

const csvOf = async (folder: string, name: string): Promise<string[][]> =>
  parse(await readFile(join(folder, name), 'utf8'));

const reportOf = async (folder: string): Promise<Report> =>
  JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;

test('every file is written, private to its owner, and nothing else is left behind', async () => {
  const folder = await batchFolder({ plan: [planRow(1)], ledger: [started(), outcome(1), finished()] });
  const report = await writeReport(folder);
  const inputs = ['batch.json', 'ledger.jsonl', 'plan.jsonl'];
  expect((await readdir(folder)).sort()).toEqual([...inputs, ...report.files].sort());
  for (const name of report.files) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});

test('report.json is the report, with its lists in full', async () => {
  const plan = Array.from({ length: 50 }, (_, index) => planRow(index + 1));
  const ledger = [
    started(),
    ...plan.map(({ row }) =>
      outcome(row, { status: 'active', ssl_status: 'pending_validation', not_shown: ['ssl.method'] }),
    ),
    finished(9, 3),
  ];
  const folder = await batchFolder({ plan, ledger });
  const returned = await writeReport(folder);
  expect(returned.pending_dcv).toHaveLength(20);
  const { pending_dcv, not_in_effect, ...members } = await reportOf(folder);
  const { pending_dcv: _first, not_in_effect: _firstToo, ...returnedMembers } = returned;
  expect(members).toEqual(returnedMembers);
  expect(pending_dcv.map(({ row }) => row)).toEqual(plan.map(({ row }) => row));
  expect(not_in_effect).toHaveLength(50);
  expect(members).toMatchObject({ pending_dcv_count: 50, not_in_effect_count: 50, state: 'finished', exit_code: 3 });
});

test('report.json with empty lists is valid JSON too', async () => {
  const folder = await batchFolder({ plan: [planRow(1)] });
  await writeReport(folder);
  expect(await reportOf(folder)).toMatchObject({ pending_dcv: [], not_in_effect: [] });
});

test('succeeded.csv has the rows edited and skipped with their states', async () => {
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2, { decision: 'skip', code: 'ALREADY_SO' }), planRow(3)],
    ledger: [
      started(),
      outcome(1, { status: 'active', ssl_status: 'initializing' }),
      outcome(3, { outcome: 'failed', code: 'CF_1434' }),
      settled([{ row: 1, settlement: 'errored', status: 'active', ssl_status: 'validation_timed_out' }]),
    ],
  });
  await writeReport(folder);
  expect(await csvOf(folder, 'succeeded.csv')).toEqual([
    [
      ...['row', 'hostname', 'custom_hostname_id', 'zone_id', 'outcome', 'status', 'ssl_status', 'settlement'],
      ...['certificate', 'old_serials', 'old_sha256', 'new_serials', 'new_sha256'],
    ],
    ['1', hostnameOf(1), idOf(1), ZONE, 'edited', 'active', 'validation_timed_out', 'errored', '', '', '', '', ''],
    ['2', hostnameOf(2), idOf(2), ZONE, 'skipped', 'active', 'active', 'active', '', '', '', '', ''],
  ]);
});

test('failed.csv and unprocessed.csv are the manifest again, with the reason of each row', async () => {
  const { hostname: _unknown, source: _torn, ...torn } = planRow(3);
  const folder = await batchFolder({
    manifest: { header: ['hostname', 'ssl.method', 'error_code', 'error_message'] },
    plan: [
      planRow(1, { source: [hostnameOf(1), 'txt', 'OLD', 'from the last run'] }),
      planRow(2),
      { ...torn, decision: 'reject', code: 'MANIFEST_CELL_COUNT', message: 'Nine cells, two columns.' },
      planRow(4),
      planRow(5),
    ],
    ledger: [
      started(),
      outcome(1, {
        outcome: 'failed',
        code: 'CF_1434',
        message: 'An "ssl" attribute,\nin short, is invalid.',
        cf_ray: 'ray-1',
      }),
      outcome(2, { outcome: 'gave_up', code: 'CF_TIMEOUT', message: 'No answer.' }),
      { at: '2026-03-04T12:00:05.000Z', type: 'stopped', reason: 'interrupted', in_doubt: [5] },
    ],
  });
  await writeReport(folder);
  const header = ['hostname', 'ssl.method', 'error_code', 'error_message', 'cf_ray'];
  expect(await csvOf(folder, 'failed.csv')).toEqual([
    header,
    [hostnameOf(1), 'txt', 'CF_1434', 'An "ssl" attribute,\nin short, is invalid.', 'ray-1'],
    [hostnameOf(2), 'txt', 'CF_TIMEOUT', 'No answer.', ''],
    ['', '', 'MANIFEST_CELL_COUNT', 'Nine cells, two columns.', ''],
  ]);
  const [, fourth, fifth] = await csvOf(folder, 'unprocessed.csv');
  expect(fourth?.slice(0, 3)).toEqual([hostnameOf(4), 'txt', 'UNPROCESSED']);
  expect(fifth?.slice(0, 3)).toEqual([hostnameOf(5), 'txt', 'IN_DOUBT']);
});

test('a JSONL manifest gets its rows back with their types', async () => {
  const source = { hostname: hostnameOf(1), custom_metadata: { seats: 12, beta: true, plan: null } };
  const folder = await batchFolder({
    manifest: { format: 'jsonl', header: [] },
    plan: [planRow(1, { source }), planRow(2, { source: { hostname: hostnameOf(2), error_code: 'OLD' } })],
    ledger: [started(), outcome(1, { outcome: 'failed', code: 'CF_1413', message: 'No metadata here.' })],
  });
  const report = await writeReport(folder);
  expect(report.files).toContain('failed.jsonl');
  const linesOf = async (name: string) => (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
  expect((await linesOf('failed.jsonl')).map((line) => JSON.parse(line))).toEqual([
    { ...source, error_code: 'CF_1413', error_message: 'No metadata here.' },
  ]);
  expect(JSON.parse((await linesOf('unprocessed.jsonl'))[0] ?? '')).toMatchObject({ error_code: 'UNPROCESSED' });
  const read = readManifest({ name: 'failed.csv', bytes: createReadStream(join(folder, 'failed.csv')) });
  const changes = [];
  for await (const entry of read.entries) changes.push(entry.kind === 'row' ? entry.row.change : entry);
  expect(changes).toEqual([{ custom_metadata: source.custom_metadata }]);
});

test('pending-dcv.csv has a line per record, and a line for a hostname of which no record is known', async () => {
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2)],
    ledger: [
      started(),
      outcome(1),
      outcome(2, { status: 'pending', ssl_status: 'initializing' }),
      settled([
        {
          row: 1,
          settlement: 'pending',
          status: 'pending',
          ssl_status: 'pending_validation',
          method: 'txt',
          records: [
            { txt_name: `_acme-challenge.${hostnameOf(1)}`, txt_value: '-Ab_1' },
            { txt_name: `_acme-challenge.${hostnameOf(1)}`, txt_value: 'second' },
          ],
          delegation_records: [{ cname: `_acme-challenge.${hostnameOf(1)}`, cname_target: 'x.dcv.cloudflare.com' }],
          ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${hostnameOf(1)}`, value: 'own' },
          ownership_verification_http: { http_url: `http://${hostnameOf(1)}/.well-known/x`, http_body: 'own' },
          errors: ['caa_error: no', '=HYPERLINK("http://bad")'],
        },
      ]),
    ],
  });
  await writeReport(folder);
  const [, ...records] = await csvOf(folder, 'pending-dcv.csv');
  expect(records.map((cells) => cells.slice(3, 7))).toEqual([
    ['certificate', 'TXT', `_acme-challenge.${hostnameOf(1)}`, '-Ab_1'],
    ['certificate', 'TXT', `_acme-challenge.${hostnameOf(1)}`, 'second'],
    ['delegation', 'CNAME', `_acme-challenge.${hostnameOf(1)}`, 'x.dcv.cloudflare.com'],
    ['ownership', 'TXT', `_cf-custom-hostname.${hostnameOf(1)}`, 'own'],
    ['ownership', 'HTTP', `http://${hostnameOf(1)}/.well-known/x`, 'own'],
    ['', '', '', ''],
  ]);
  expect(records[5]?.[0]).toBe(hostnameOf(2));
});

test('no cell of a file handed back starts a formula, and its text comes back unchanged', async () => {
  const cells = fc.array(fc.oneof(fc.string(), fc.stringMatching(/^['=+\-@\t\r]{1,3}[a-z(|)!]*$/)), {
    minLength: 2,
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 5 }), fc.string(), async (sources, message) => {
      const plan = sources.map((source, index) => planRow(index + 1, { source }));
      const ledger = plan.map(({ row }) => outcome(row, { outcome: 'failed', code: 'CF_1434', message }));
      const folder = await batchFolder({ plan, ledger });
      await writeReport(folder);
      const [, ...rows] = await csvOf(folder, 'failed.csv');
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      expect(rows.map((row) => row.slice(0, 2).map(unguardCell))).toEqual(sources.map((row) => row.map(unguardCell)));
      expect(rows.map((row) => unguardCell(row[3] ?? ''))).toEqual(sources.map(() => message));
    }),
    { numRuns: 30 },
  );
});

test('a report written again replaces the one before', async () => {
  const folder = await batchFolder({ plan: [planRow(1)], ledger: [started()] });
  await writeReport(folder);
  await appendFile(join(folder, 'ledger.jsonl'), `${JSON.stringify(outcome(1))}\n${JSON.stringify(finished())}\n`);
  await writeReport(folder);
  expect(await reportOf(folder)).toMatchObject({ state: 'finished', counts: { edited: 1 } });
  expect(await csvOf(folder, 'unprocessed.csv')).toHaveLength(1);
});

test('failed.csv of a run is read as the manifest of the next, with the same changes', async () => {
  const text =
    'hostname;ssl.method;custom_metadata.note\nshop1.acme-store.net;txt;=1+1\nshop2.acme-store.net;http;"a;b"\n';
  const read = async (name: string, content: string) => {
    const manifest = readManifest({ name, bytes: Readable.from([Buffer.from(content)]) });
    const rows: Row[] = [];
    for await (const entry of manifest.entries) if (entry.kind === 'row') rows.push(entry.row);
    return { rows, summary: manifest.summary() };
  };
  const first = await read('customers.csv', text);
  expect(first.rows).toHaveLength(2);
  const folder = await batchFolder({
    manifest: { header: first.summary.header ?? [] },
    plan: first.rows.map(({ row, source }) => planRow(row, { source })),
    ledger: [started(), ...[1, 2].map((row) => outcome(row, { outcome: 'failed', code: 'CF_1434', message: '-no-' }))],
  });
  await writeReport(folder);
  const second = await read('failed.csv', await readFile(join(folder, 'failed.csv'), 'utf8'));
  expect(second.rows.map(({ hostname, change }) => ({ hostname, change }))).toEqual(
    first.rows.map(({ hostname, change }) => ({ hostname, change })),
  );
});
