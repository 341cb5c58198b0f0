import { expect, test } from 'vitest';
import { formatProblem } from '../../src/manifest/format-problem.ts';
import { jsonCells } from '../../src/manifest/json-columns.ts';
import { csvWriter, jsonLine } from '../../src/manifest/write-rows.ts';
import { jsonl, type ReadResult, readEntries } from './read-entries.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAplanted\n-----END PRIVATE KEY-----\n';
const quoted = `"${PEM}"`;
const hostname = 'a.acme.net';

const everythingSaid = (read: ReadResult): string => {
  const problems = [...read.fileProblems, ...read.invalid.flatMap((each) => each.problems)];
  return JSON.stringify([read, problems.map((each) => formatProblem('m.csv', each))]);
};

test.each([
  ['a certificate column', `hostname,ssl.custom_certificate,ssl.custom_key\n${hostname},${quoted},${quoted}\n`],
  ['an unknown column', `hostname,private_key\n${hostname},${quoted}\n`],
  ['a cell of another column', `hostname,ssl.method\n${quoted},${quoted}\n`],
  ['metadata', `hostname,custom_metadata.note\n${hostname},${quoted}\n`],
  ['a cell too many', `hostname,ssl.method\n${hostname},txt,${quoted}\n`],
  ['broken quotes', `hostname,ssl.method\n${hostname},x${quoted}\n`],
  ['the header', `hostname,${quoted}\n${hostname},x\n`],
  ['the whole file', PEM],
  [
    'a JSON member',
    jsonl({ hostname, ssl: { method: 'txt', custom_key: PEM, custom_cert_bundle: [{ custom_key: PEM }] } }),
  ],
  ['a JSON member with a typing error', jsonl({ hostname, ssl: { custom_keys: PEM }, SSL: { x: [PEM] } })],
  ['a JSON member without PEM lines', jsonl({ hostname, ssl: { custom_key: 'planted' }, 'ssl.custom_key': 'planted' })],
  [
    'a JSON value of another member',
    jsonl({ hostname: PEM, zone_id: PEM, ssl: { method: PEM }, custom_metadata: { a: PEM } }),
  ],
  ['the name of a JSON member', jsonl({ [PEM]: 1, hostname, ssl: { [PEM]: 1 }, custom_metadata: { [PEM]: 1 } })],
  ['broken JSON', `{"hostname":"a.acme.net","ssl":{"custom_key":"planted" oops}}\n`],
])('a key in %s is repeated nowhere', async (_, text) => {
  const read = await readEntries(text);
  expect(read.rows).toEqual([]);
  expect(read.codes.length).toBeGreaterThan(0);
  expect(everythingSaid(read)).not.toContain('planted');
});

test.each([
  [{ a: PEM }, 'MANIFEST_SECRET_VALUE'],
  [{ [PEM]: 'a' }, 'MANIFEST_BAD_METADATA_KEY'],
])('a row that was refused for a key in its metadata is refused again: %j', async (custom_metadata, code) => {
  const source = (await readEntries(jsonl({ hostname, ssl: { method: 'txt' }, custom_metadata }))).invalid[0]?.source;
  if (source === undefined || Array.isArray(source)) throw new Error('no JSON source');
  expect((await readEntries(jsonLine({ source }))).codes).toEqual([code]);
  const csv = csvWriter([...jsonCells(source).keys()]);
  expect((await readEntries(csv.header() + csv.lines([{ source }]))).codes).toEqual([code]);
});

test('a row that was refused for a certificate is refused again when it is handed back', async () => {
  const read = await readEntries(jsonl({ hostname, ssl: { method: 'txt', custom_key: PEM } }));
  const source = read.invalid[0]?.source;
  if (source === undefined || Array.isArray(source)) throw new Error('no JSON source');
  expect((await readEntries(jsonLine({ source }))).codes).toEqual(['MANIFEST_SECRET_VALUE']);
  const csv = csvWriter(['hostname', 'ssl.method', 'ssl.custom_key']);
  expect((await readEntries(csv.header() + csv.lines([{ source }]))).codes).toEqual(['MANIFEST_SECRET_COLUMN']);
});
