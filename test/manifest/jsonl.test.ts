import { describe, expect, test } from 'vitest';
import { jsonl, readEntries } from './read-entries.ts';

const hostname = 'a.acme.net';

describe('a JSONL manifest', () => {
  test('takes the shape of the PATCH body, types kept', async () => {
    const change = {
      ssl: { method: 'http', certificate_authority: '', wildcard: false, settings: { ciphers: ['AES128-SHA'] } },
      custom_metadata: { plan: 'gold', seats: 5, trial: false, old: null, 'a.b': '' },
      custom_origin_server: null,
    };
    const read = await readEntries(jsonl({ hostname, ...change, error_code: 'X', error_message: { any: 'thing' } }));
    expect(read.codes).toEqual([]);
    expect(read.rows[0]?.change).toEqual(change);
    expect(read.summary).toMatchObject({ format: 'jsonl', rows: 1 });
    expect(read.summary).not.toHaveProperty('header');
  });

  test('is refused where a member is there twice: neither of the two is likelier meant', async () => {
    const text = `{"hostname":"${hostname}","ssl":{"method":"txt","method":"http"}}\n`;
    const read = await readEntries(text, { name: 'm.jsonl' });
    expect(read.codes).toEqual(['MANIFEST_DUPLICATE_KEY']);
    expect(read.invalid[0]?.problems[0]?.message).toContain('"method"');
  });

  test.each(['9007199254740993', '1e400', '0.12345678901234567890'])(
    'is refused for a number that would not be sent as it is written: %s',
    async (number) => {
      const text = `{"hostname":"${hostname}","custom_metadata":{"n":${number}}}\n`;
      expect((await readEntries(text, { name: 'm.jsonl' })).codes).toEqual(['MANIFEST_BAD_VALUE']);
    },
  );

  test('goes on after a bad line, counting lines and rows', async () => {
    const good = JSON.stringify({ hostname, recheck: true });
    const text = ['', good, '{"hostname":', '[1]', '"x"', '', '  \r', good.replace('a.', 'b.')].join('\n');
    const read = await readEntries(text, { name: 'm.jsonl' });
    expect(read.rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 2],
      [5, 8],
    ]);
    expect(read.codes).toEqual(['MANIFEST_BROKEN_JSON', 'MANIFEST_NOT_AN_OBJECT', 'MANIFEST_NOT_AN_OBJECT']);
  });

  test('goes on after a line of more than 1 MiB, and takes one of just 1 MiB', async () => {
    const row = (name: string, length: number): string => {
      const bare = JSON.stringify({ hostname: name, error_message: '', recheck: true });
      return bare.replace('""', `"${'x'.repeat(length - bare.length)}"`);
    };
    const text = [row('a.acme.net', 2 ** 20), row('b.acme.net', 2 ** 20 + 1), row('c.acme.net', 60)].join('\n');
    const read = await readEntries(text, { cuts: [1_000_000, 60_000, 900_000] });
    expect(read.rows.map((each) => each.hostname)).toEqual(['a.acme.net', 'c.acme.net']);
    expect(read.codes).toEqual(['MANIFEST_ROW_TOO_LONG']);
  });

  test('refuses a row that is nested without end', async () => {
    const deep = (levels: number): string => `{"hostname":"a.acme.net","x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const read = await readEntries([deep(500_000), deep(5)].join('\n'));
    expect(read.codes).toEqual(['MANIFEST_BROKEN_JSON', 'MANIFEST_UNKNOWN_COLUMN', 'MANIFEST_NO_CHANGE']);
  });

  test('says where the JSON is broken', async () => {
    const read = await readEntries('{"hostname":"a.acme.net",}\n');
    expect(read.invalid[0]?.problems[0]?.message).toBe('the line is not valid JSON at character 26 of the line');
  });

  test.each([
    ['an array', (rows: unknown[]) => JSON.stringify(rows)],
    ['a pretty array', (rows: unknown[]) => `\n${JSON.stringify(rows, null, 2)}\n`],
    ['pretty objects', (rows: unknown[]) => rows.map((row) => JSON.stringify(row, null, 2)).join('\n')],
  ])('may be written as %s', async (_name, write) => {
    const rows = [
      { hostname, custom_metadata: { note: '[{"]}, \\"' } },
      { hostname: 'b.acme.net', recheck: true },
    ];
    const read = await readEntries(write(rows), { name: 'm.json', cuts: [3, 5] });
    expect(read.codes).toEqual([]);
    expect(read.rows.map(({ source }) => source)).toEqual(rows);
  });

  test('as a pretty array names the line of a bad row', async () => {
    const text = JSON.stringify([{ hostname, recheck: true }, { hostname: 'b' }], null, 1);
    expect((await readEntries(text)).invalid).toMatchObject([{ row: 2, line: 6 }]);
  });

  test('that is cut off, or an answer of the API, is refused with the way out', async () => {
    for (const text of [`[${jsonl({ hostname, recheck: true })}`, `{\n"hostname":`, '[{"hostname":"a.acme.net"}]]']) {
      expect((await readEntries(text)).codes).toContain('MANIFEST_JSON_ARRAY');
    }
    const answer = `{\n "success": true, "result": [{ "id": "x" }]}`;
    const read = await readEntries(answer);
    expect(read.fileProblems).toMatchObject([{ code: 'MANIFEST_JSON_ARRAY', message: expect.stringContaining('jq') }]);
  });

  test('may have members that are not read, and keeps them', async () => {
    const row = { hostname, recheck: true, customer: { name: 'Acme' } };
    for (const unread of [{ ignored: ['customer'] }, { allUnknown: true }]) {
      const read = await readEntries(jsonl(row), { unread });
      expect(read.rows).toMatchObject([{ change: { recheck: true }, source: row }]);
    }
    expect((await readEntries(jsonl(row))).codes).toEqual(['MANIFEST_UNKNOWN_COLUMN']);
  });

  test.each([
    [{ hostname: null, recheck: true }, 'MANIFEST_CANNOT_CLEAR'],
    [{ hostname, ssl: null }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, custom_metadata: null }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, ssl: { wildcard: 'true' } }, 'MANIFEST_BAD_VALUE'],
    [{ hostname, ssl: { wildcard: 1 } }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, ssl: { settings: { min_tls_version: 1.2 } } }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, ssl: { settings: { ciphers: [] } } }, 'MANIFEST_BAD_VALUE'],
    [{ hostname, ssl: { settings: { ciphers: 'AES128-SHA' } } }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, custom_origin_server: '' }, 'MANIFEST_BAD_ORIGIN'],
    [{ hostname, custom_metadata: { a: ['x'] } }, 'MANIFEST_WRONG_TYPE'],
    [{ hostname, custom_metadata: { ' a': 'x' } }, 'MANIFEST_BAD_METADATA_KEY'],
    [{ hostname, custom_metadata: { a: 2 ** 60 } }, 'MANIFEST_BAD_VALUE'],
  ])('refuses %j as %s', async (row, code) => {
    expect((await readEntries(jsonl(row))).codes[0]).toBe(code);
  });

  test('names the nearest known member for an unknown one', async () => {
    const read = await readEntries(jsonl({ hostname, sll: {}, 'ssl.method': 'txt', ssl: { metod: 'txt' } }));
    expect(read.invalid[0]?.problems.slice(0, 3).map((each) => each.message)).toEqual([
      'there is no member "sll"; did you mean "ssl"?',
      'there is no member "ssl.method"; write it nested, as in {"ssl":{"method":"txt"}}',
      'there is no member "ssl.metod"; did you mean "ssl.method"?',
    ]);
  });

  test('is not harmed by __proto__, wherever it stands', async () => {
    const lines = [
      '{"hostname":"a.acme.net","__proto__":{"recheck":true}}',
      '{"hostname":"b.acme.net","ssl":{"__proto__":{"method":"txt"},"method":"txt"}}',
      '{"hostname":"c.acme.net","custom_metadata":{"__proto__":{"polluted":"yes"}}}',
    ];
    const read = await readEntries(lines.join('\n'));
    expect(read.rows).toEqual([]);
    expect(read.invalid).toHaveLength(3);
    expect({}).not.toHaveProperty('polluted');
  });
});
