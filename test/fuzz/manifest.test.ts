import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEntries } from '../manifest/read-entries.ts';
import { anyJson, damaged, fuzzing } from './fuzz.ts';

const HEADER = 'hostname,ssl.method,ssl.settings.min_tls_version,custom_metadata.plan,custom_origin_server';
const cell = fc.oneof(
  fc.constantFrom('', '""', 'a.shop.example', '*.x.example', 'txt', '1.20', '“origin.example.com”', '=1+1', '\ufeff'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const csv = fc
  .tuple(fc.constantFrom(',', ';', '\t'), fc.array(fc.array(cell, { maxLength: 7 }), { maxLength: 8 }))
  .map(([comma, rows]) => [HEADER.replaceAll(',', comma), ...rows.map((row) => row.join(comma))].join('\r\n'));
const jsonRow = anyJson('hostname', 'ssl', 'method', 'settings', 'custom_metadata', 'custom_origin_server', 'recheck');
const jsonl = fc.array(jsonRow, { maxLength: 8 }).map((rows) => rows.map((row) => JSON.stringify(row)).join('\n'));

const text = fc.oneof(csv, jsonl).map((content) => Buffer.from(content));
const utf16 = text.map((bytes) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le'));
const bytes = fc.oneof(
  damaged(text),
  damaged(utf16),
  damaged(text.map((content) => gzipSync(content))),
  fc.uint8Array({ maxLength: 400 }).map((content) => Buffer.from(content)),
);

it('any bytes are read to their end: rows, or problems that say where', async () => {
  const name = fc.constantFrom('-', 'm.csv', 'm.jsonl', 'm.csv.gz');
  await fc.assert(
    fc.asyncProperty(bytes, name, fc.array(fc.nat(50), { maxLength: 4 }), async (content, named, cuts) => {
      const read = await readEntries(content, { name: named, cuts });
      // A row more than lines would be one that nobody wrote.
      expect(read.rows.length + read.invalid.length).toBeLessThanOrEqual(content.length + 1);
      for (const { problems } of read.invalid) for (const { message } of problems) expect(message).not.toBe('');
      if (read.rows.length === 0 && read.invalid.length === 0) expect(read.fileProblems).not.toEqual([]);
    }),
    fuzzing(),
  );
});

it('a row asks for no more than its text names', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(csv, jsonl), async (content) => {
      const { rows } = await readEntries(content);
      for (const { change } of rows) {
        for (const member of Object.keys(change)) expect(content).toContain(member);
        for (const member of Object.keys(change.ssl ?? {})) expect(content).toContain(member);
      }
    }),
    fuzzing(),
  );
});
