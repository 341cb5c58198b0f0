import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { writeReport } from '../../src/report/files/write-report.ts';
import { batchFolder, finished, outcome, planRow, settled, started } from '../batch/ledger/batch-folder.ts';

const NAMES = ['note.contact', 'account'];

/** What a manifest says of its columns, read with `account` kept. */
async function summaryOf(name: string, text: string) {
  const manifest = readManifest({ name, bytes: Readable.from([Buffer.from(text)]) }, { unread: { kept: ['account'] } });
  for await (const entry of manifest.entries) expect(entry.kind).toBe('row');
  return manifest.summary();
}

it('notes and kept columns are not read, and named for the files to come', async () => {
  const csv = 'hostname,ssl.method,note.contact,account\nshop.acme-store.net,txt,ann@acme.net,17\n';
  expect((await summaryOf('m.csv', csv)).notes).toEqual(NAMES);
  const json = {
    hostname: 'shop.acme-store.net',
    ssl: { method: 'txt' },
    note: { contact: 'ann@acme.net' },
    account: 17,
  };
  expect((await summaryOf('m.jsonl', `${JSON.stringify(json)}\n`)).notes).toEqual(NAMES);
});

it('a manifest without any has none', async () => {
  expect(await summaryOf('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\n')).not.toHaveProperty('notes');
});

it('they stand in what failed, what succeeded and what is to be published', async () => {
  const header = ['hostname', 'ssl.method', ...NAMES];
  const source = (row: number) => [`shop${row}.acme-store.net`, 'txt', `contact ${row}`, `account ${row}`];
  const folder = await batchFolder({
    manifest: { header, notes: NAMES },
    plan: [planRow(1, { source: source(1) }), planRow(2, { source: source(2) })],
    ledger: [
      started(),
      outcome(1),
      outcome(2, { outcome: 'failed', code: 'CF_1434' }),
      settled([{ row: 1, settlement: 'pending', status: 'pending', ssl_status: 'pending_validation' }]),
      finished(),
    ],
  });
  await writeReport(folder);
  const lines = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim().split('\n');
  for (const name of ['succeeded.csv', 'pending-dcv.csv']) {
    const [head, row] = await lines(name);
    expect(head?.endsWith(',note.contact,account')).toBe(true);
    expect(row?.endsWith(',contact 1,account 1')).toBe(true);
  }
  expect((await lines('failed.csv')).at(-1)).toContain('contact 2,account 2');
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  expect(report.pending_dcv[0].notes).toEqual({ 'note.contact': 'contact 1', account: 'account 1' });
});

it.each([
  ['pending-dcv.csv', 'hostname,custom_hostname_id,method,purpose,type,name,value,ssl_status'],
  ['succeeded.csv', 'row,hostname,custom_hostname_id,zone_id,outcome,status,ssl_status,settlement'],
  ['plan --out', 'row,hostname,custom_hostname_id,zone_id,decision,code,message,effects,undo,changes'],
])('a file of our own that asks for nothing is refused by name: %s', async (name, header) => {
  const bytes = Readable.from([Buffer.from(`${header}\n${'x,'.repeat(header.split(',').length - 1)}x\n`)]);
  const problems: string[] = [];
  for await (const entry of readManifest({ name: 'x.csv', bytes }).entries) {
    if (entry.kind === 'file') problems.push(entry.problem.message);
  }
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('this is no manifest');
  expect(problems[0]).toContain(name);
});
