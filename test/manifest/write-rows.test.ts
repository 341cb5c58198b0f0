import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BUNDLE_METHODS,
  CERTIFICATE_AUTHORITIES,
  CIPHERS,
  MIN_TLS_VERSIONS,
  ON_OFF,
} from '../../src/hostname/change.ts';
import { guardCell, unguardCell } from '../../src/manifest/cell-guard.ts';
import { jsonCells, orderColumns } from '../../src/manifest/json-columns.ts';
import { csvWriter, jsonLine, type ReturnedRow } from '../../src/manifest/write-rows.ts';
import type { Json, JsonObject } from '../../src/terms.ts';
import { jsonl, type ReadResult, readEntries } from './read-entries.ts';

/** The CSV file that hands the rows of a JSONL manifest back. */
function asCsv(rows: readonly (ReturnedRow & { source: JsonObject })[]): string {
  const writer = csvWriter(orderColumns(rows.flatMap(({ source }) => [...jsonCells(source).keys()])));
  return writer.header() + writer.lines(rows);
}

const sources = (read: ReadResult): JsonObject[] =>
  read.entries.flatMap((entry) => {
    const source =
      entry.kind === 'row' ? entry.row.source : entry.kind === 'invalid' ? entry.invalid.source : undefined;
    return source === undefined || Array.isArray(source) ? [] : [source];
  });

const wish = (read: ReadResult): unknown => read.rows.map(({ line, source, ...row }) => row);

const metadataValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '"', ',', ';', '<', '\0', 'a'),
    maxLength: 6,
  }),
  fc.constantFrom<Json[]>('<clear>', '<default>', '<json:5>', '', '\ufeff', 5, -0.5, true, false, null),
);
const metadataKey = fc
  .string({
    unit: fc.constantFrom('a', 'B', '.', ' ', ',', ';', '"', '\t', 'é', '=', '\n'),
    minLength: 1,
    maxLength: 6,
  })
  .filter((key) => key === key.trim());
const optional = <T>(values: readonly T[]) => fc.constantFrom(...values);
const change = fc.record(
  {
    custom_metadata: fc.dictionary(metadataKey, metadataValue, { minKeys: 1, maxKeys: 4 }),
    custom_origin_server: fc.constantFrom('origin.acme.net', null),
    custom_origin_sni: fc.constantFrom(':request_host_header:', 'sni.acme.net', null),
    ssl: fc.record(
      {
        method: fc.constant('txt'),
        certificate_authority: optional(CERTIFICATE_AUTHORITIES),
        bundle_method: optional(BUNDLE_METHODS),
        wildcard: fc.boolean(),
        settings: fc.record(
          {
            http2: optional(ON_OFF),
            min_tls_version: optional(MIN_TLS_VERSIONS.slice(0, 3)),
            ciphers: fc.array(optional(CIPHERS), { minLength: 1, maxLength: 3 }),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['method'] },
    ),
  },
  { requiredKeys: ['ssl'] },
);

describe('rows handed back', () => {
  test('from JSONL to CSV and read again ask for the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const first = await readEntries(
          jsonl(...changes.map((each, at) => ({ hostname: `h${at}.acme.net`, ...each }))),
        );
        expect(first.codes).toEqual([]);
        const again = await readEntries(
          asCsv(sources(first).map((source) => ({ source, code: 'X', message: '=1,"2"\n' }))),
        );
        expect(again.codes).toEqual([]);
        expect(wish(again)).toEqual(wish(first));
        // And once more, from the cells of that CSV file.
        const writer = csvWriter(again.summary?.header ?? []);
        const third = await readEntries(
          writer.header() + writer.lines(again.rows.map(({ source }) => ({ source, code: 'Y' }))),
        );
        expect(wish(third)).toEqual(wish(first));
        expect(third.summary?.header).toEqual(again.summary?.header);
      }),
      { numRuns: 300 },
    );
  });

  test('as JSONL carry their reason and ask for the same', async () => {
    const source = { hostname: 'a.acme.net', error_code: 'OLD', custom_metadata: { a: 1 } };
    const line = jsonLine({ source, code: 'CF_1434', message: 'refused' });
    expect(line).toBe(
      '{"hostname":"a.acme.net","custom_metadata":{"a":1},"error_code":"CF_1434","error_message":"refused"}\n',
    );
    expect((await readEntries(line)).rows[0]?.change).toEqual({ custom_metadata: { a: 1 } });
  });

  test('replace the reason of the run before and keep the other columns', () => {
    const writer = csvWriter(['hostname', 'error_code', 'ssl.method', 'error_message']);
    const source = ['a.acme.net', 'OLD', 'txt', 'old'];
    expect(writer.header()).toBe('hostname,ssl.method,error_code,error_message,cf_ray\n');
    expect(writer.lines([{ source, code: 'NEW', message: 'new', cf_ray: 'ray-1' }, { source }])).toBe(
      'a.acme.net,txt,NEW,new,ray-1\na.acme.net,txt,,,\n',
    );
  });

  test('show what their message hides, and keep their own cells as they are', () => {
    const source = ['a.acme.net', 'zero\u200bwidth'];
    const lines = csvWriter(['hostname', 'custom_metadata.a']).lines([
      { source, code: 'CF_1', message: 'a\u202eb\u009b2J' },
    ]);
    expect(lines).toBe('a.acme.net,zero\u200bwidth,CF_1,a\\u202eb\\u009b2J,\n');
  });

  test('hold no cell that a spreadsheet runs, and guard none twice', () => {
    const lines = csvWriter(['hostname', 'custom_metadata.a']).lines([
      { source: ['a.acme.net', '=cmd()'], message: '@x' },
      { source: ['b.acme.net', "'=cmd()"] },
    ]);
    expect(lines).toBe("a.acme.net,'=cmd(),,'@x,\nb.acme.net,'=cmd(),,,\n");
  });

  test.each([
    [{ hostname: 'a.acme.net', ssl: { method: 'txt', metod: 'x' } }],
    [{ hostname: 'a.acme.net', 'ssl.method': 'txt', recheck: true }],
    [{ hostname: 'a.acme.net', custom_origin_server: '', ssl: { method: 'txt' } }],
    [{ hostname: 'a.acme.net', ssl: null, recheck: true }],
    [{ hostname: 'a.acme.net', zone_id: null, recheck: true }],
    [{ hostname: 'a.acme.net', ssl: { method: 'txt', settings: { ciphers: [] } } }],
    [{ hostname: 'a.acme.net', custom_metadata: { a: [1] }, recheck: true }],
  ])('that were refused are refused again: %j', async (source) => {
    expect((await readEntries(jsonl(source))).rows).toEqual([]);
    expect((await readEntries(asCsv([{ source }]))).rows).toEqual([]);
  });

  test('with too many or too few cells stay so', async () => {
    const header = ['hostname', 'error_code', 'ssl.method'];
    const writer = csvWriter(header);
    const text =
      writer.header() + writer.lines([{ source: ['a.acme.net', '', 'txt', 'x'] }, { source: ['b.acme.net'] }]);
    expect((await readEntries(text)).codes).toEqual(['MANIFEST_CELL_COUNT', 'MANIFEST_CELL_COUNT']);
  });

  test('are never written without one of their members', () => {
    const writer = csvWriter(['hostname']);
    expect(() => writer.lines([{ source: { hostname: 'a.acme.net', recheck: true } }])).toThrow('recheck');
  });
});

describe('the guard of a cell', () => {
  const nasty = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a', ' ') });
  test('is taken back exactly, for every string', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nasty), (text) => {
        expect(unguardCell(guardCell(text))).toBe(text);
        expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/);
      }),
      { numRuns: 1_000 },
    );
  });
});
