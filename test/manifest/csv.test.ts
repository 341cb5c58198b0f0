import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { csvWriter } from '../../src/manifest/write-rows.ts';
import { readEntries } from './read-entries.ts';

const ZONE = '0123456789abcdef0123456789abcdef';
const ID = '2a1d3c9e-7b1f-4c6a-9d0e-5f4b3a2c1d0e';

/** One row under the given columns; the values are put in quotes. */
const oneRow = (cells: Record<string, string>): string => {
  const line = (texts: string[]): string => `${texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`;
  return line(Object.keys(cells)) + line(Object.values(cells));
};

describe('a CSV manifest', () => {
  test('gives every column its place in the change', async () => {
    const read = await readEntries(
      oneRow({
        hostname: 'Shop.Acme-Store.net.',
        custom_hostname_id: ID.toUpperCase(),
        zone_id: ZONE.toUpperCase(),
        'ssl.method': 'txt',
        'ssl.type': 'dv',
        'ssl.certificate_authority': '<default>',
        'ssl.bundle_method': 'ubiquitous',
        'ssl.wildcard': 'TRUE',
        'ssl.cloudflare_branding': 'no',
        'ssl.settings.http2': 'on',
        'ssl.settings.tls_1_3': 'off',
        'ssl.settings.early_hints': 'on',
        'ssl.settings.min_tls_version': '1.2',
        'ssl.settings.ciphers': 'AES128-SHA:AES256-SHA, AES128-SHA256',
        custom_origin_server: 'Origin.Acme-Store.net',
        custom_origin_sni: ':request_host_header:',
        'custom_metadata.plan': 'gold',
        'custom_metadata.seats': '<json:5>',
        'custom_metadata.note': '<clear>',
      }),
    );
    expect(read.codes).toEqual([]);
    expect(read.rows[0]).toMatchObject({
      row: 1,
      line: 2,
      hostname: 'shop.acme-store.net',
      custom_hostname_id: ID,
      zone_id: ZONE,
      change: {
        ssl: {
          method: 'txt',
          type: 'dv',
          certificate_authority: '',
          bundle_method: 'ubiquitous',
          wildcard: true,
          cloudflare_branding: false,
          settings: {
            http2: 'on',
            tls_1_3: 'off',
            early_hints: 'on',
            min_tls_version: '1.2',
            ciphers: ['AES128-SHA', 'AES256-SHA', 'AES128-SHA256'],
          },
        },
        custom_origin_server: 'origin.acme-store.net',
        custom_origin_sni: ':request_host_header:',
        custom_metadata: { plan: 'gold', seats: 5, note: null },
      },
    });
  });

  test('leaves fields with an empty cell as they are', async () => {
    const read = await readEntries('hostname,ssl.method,custom_metadata.plan\na.acme.net,,gold\n');
    expect(read.rows[0]?.change).toEqual({ custom_metadata: { plan: 'gold' } });
  });

  test('sums up what was read', async () => {
    const text = 'hostname, ssl.method\na.acme.net,txt\nb.acme.net,nonsense\n';
    const read = await readEntries(text);
    expect(read.summary).toEqual({
      format: 'csv',
      sha256: createHash('sha256').update(text).digest('hex'),
      rows: 2,
      header: ['hostname', ' ssl.method'],
    });
  });

  test.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('counts rows and lines over %s, blank lines and quoted line breaks', async (_, end) => {
    const lines = [
      '\ufeff',
      'hostname,ssl.method,custom_metadata.note',
      '',
      `a.acme.net,txt,"one${end}two${end}${end}four"`,
      '   ',
      '',
      'b.acme.net,txt,x',
      `c.acme.net,htp,"${end}"`,
      'd.acme.net,txt,x',
    ];
    const read = await readEntries(lines.join(end));
    expect(read.rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 4],
      [2, 10],
      [4, 13],
    ]);
    expect(read.invalid[0]).toMatchObject({ row: 3, line: 11 });
    expect(read.rows[0]?.change.custom_metadata).toEqual({ note: `one${end}two${end}${end}four` });
  });

  test.each([',', ';', '\t'])('finds the delimiter %j in the header', async (delimiter) => {
    const read = await readEntries([`hostname${delimiter}"ssl.method"`, `a.acme.net${delimiter}txt`].join('\n'));
    expect(read.rows[0]?.change).toEqual({ ssl: { method: 'txt' } });
  });

  test('comes as spreadsheets leave it: columns without a name, rows of commas, names in any case', async () => {
    const header = ' Hostname,SSL.Settings.Min_TLS_Version,Custom_Metadata.Tier,,';
    const read = await readEntries(`${header}\na.acme.net,1.2,gold,,\n,,,,\nb.acme.net,1.2,, ,\n,,,,\n`);
    expect(read.codes).toEqual([]);
    expect(read.rows.map(({ row, line, change }) => [row, line, change])).toEqual([
      [1, 2, { custom_metadata: { Tier: 'gold' }, ssl: { settings: { min_tls_version: '1.2' } } }],
      [2, 4, { ssl: { settings: { min_tls_version: '1.2' } } }],
    ]);
  });

  test('may have columns that are not read, and hands them back', async () => {
    const text = 'hostname,Customer,ssl.method,notes\na.acme.net,Acme,txt,"call, first"\n';
    for (const unread of [{ ignored: ['customer', 'notes'] }, { allUnknown: true }]) {
      const read = await readEntries(text, { unread });
      expect(read.rows[0]?.change).toEqual({ ssl: { method: 'txt' } });
      const writer = csvWriter(read.summary?.header ?? []);
      const handedBack = writer.header() + writer.lines([{ source: read.rows[0]?.source ?? [] }]);
      expect(handedBack).toBe(
        'hostname,Customer,ssl.method,notes,error_code,error_message,cf_ray\na.acme.net,Acme,txt,"call, first",,,\n',
      );
    }
    expect((await readEntries(text, { unread: { ignored: ['notes'] } })).codes).toEqual(['MANIFEST_UNKNOWN_COLUMN']);
    const secret = 'hostname,custom_key,recheck\na.acme.net,x,true\n';
    expect((await readEntries(secret, { unread: { allUnknown: true } })).codes).toEqual(['MANIFEST_SECRET_COLUMN']);
  });

  test.each([
    ['1.20', '1.2'],
    ['1,2', '1.2'],
    ['TLSv1.3', '1.3'],
    ['1', '1.0'],
    ['1.25', undefined],
    ['12', undefined],
  ])('of a number suggests the same one in the form that is known, never a weaker one: %s', async (written, meant) => {
    const read = await readEntries(`hostname,ssl.settings.min_tls_version\na.acme.net,"${written}"\n`);
    const suggestion = /did you mean "(.*)"/.exec(read.invalid[0]?.problems[0]?.message ?? '')?.[1];
    expect(suggestion).toBe(meant);
  });

  test('never guesses which cell of a row is missing or too many', async () => {
    const read = await readEntries('hostname,ssl.method,zone_id\na.acme.net,txt\na.acme.net,txt,,\n');
    expect(read.rows).toEqual([]);
    expect(read.codes).toEqual(['MANIFEST_CELL_COUNT', 'MANIFEST_CELL_COUNT']);
    expect(read.invalid[0]?.problems[0]?.message).toContain('2 cells, the header has 3');
    expect(read.invalid[1]?.source).toEqual(['a.acme.net', 'txt', '', '']);
  });

  test('names every unknown column with the nearest known one, and reads no row', async () => {
    const read = await readEntries('Hostnam,method,ssl.certificat_authority,wibble\na.acme.net,txt,google,x\n');
    expect(read.entries.every((each) => each.kind === 'file')).toBe(true);
    expect(read.fileProblems.map((each) => each.message)).toEqual([
      'there is no column "Hostnam"; did you mean "hostname"?',
      'there is no column "method"; did you mean "ssl.method"?',
      'there is no column "ssl.certificat_authority"; did you mean "ssl.certificate_authority"?',
      'there is no column "wibble"; remove it, or leave it unread with --ignore-columns (docs/manifest.md)',
    ]);
  });

  test.each([
    ['hostname,hostname\na.acme.net,a.acme.net\n', 'MANIFEST_DUPLICATE_COLUMN'],
    ['Hostname,hostname\na.acme.net,a.acme.net\n', 'MANIFEST_DUPLICATE_COLUMN'],
    ['hostname,,ssl.method\na.acme.net,x,txt\n', 'MANIFEST_CELL_COUNT'],
    ['hostname,custom_metadata.\na.acme.net,x\n', 'MANIFEST_BAD_METADATA_KEY'],
    ['hostname,custom_metadata.__proto__\na.acme.net,x\n', 'MANIFEST_BAD_METADATA_KEY'],
    ['hostname,custom_metadata\na.acme.net,x\n', 'MANIFEST_UNKNOWN_COLUMN'],
    ['', 'MANIFEST_EMPTY'],
    ['\r\n\r\n', 'MANIFEST_EMPTY'],
    ['hostname,ssl.method\n\n', 'MANIFEST_EMPTY'],
  ])('refuses the file %j as %s', async (text, code) => {
    expect((await readEntries(text)).codes).toEqual([code]);
  });

  test.each([
    ['a quote that is never closed', 'b.acme.net,"txt\nc.acme.net,txt\n'],
    ['text after a closing quote', 'b.acme.net,"t"xt\nc.acme.net,txt\n'],
    ['a quote inside a bare cell', 'b.acme.net,t"xt\nc.acme.net,txt\n'],
    ['a row of more than 1 MiB', `b.acme.net,"${'x'.repeat(1_100_000)}"\nc.acme.net,txt\n`],
  ])('trusts nothing after %s', async (_, rest) => {
    const read = await readEntries(`hostname,ssl.method\n\na.acme.net,txt\n\n${rest}`);
    expect(read.rows.map((row) => row.hostname)).toEqual(['a.acme.net']);
    expect(read.fileProblems).toMatchObject([{ code: 'MANIFEST_BROKEN_QUOTES', line: 5 }]);
  });

  test('reads hostroll’s own failed.csv, ignoring its error columns', async () => {
    const read = await readEntries(
      'hostname,ssl.method,error_code,error_message\na.acme.net,txt,CF_1434,"the ""ssl"" was refused"\n',
    );
    expect(read.rows[0]?.change).toEqual({ ssl: { method: 'txt' } });
  });

  test('reads a cell back without the apostrophe that guards it from spreadsheets', async () => {
    const read = await readEntries(`hostname,custom_metadata.note\na.acme.net,'=1+1\nb.acme.net,'tis\nc.acme.net,=x\n`);
    expect(read.rows.map((row) => row.change.custom_metadata?.note)).toEqual(['=1+1', "'tis", '=x']);
  });

  test.each(['true', 'YES', '1'])('asks for a recheck with %s', async (cell) => {
    const read = await readEntries(`hostname,recheck\na.acme.net,${cell}\n`);
    expect(read.rows[0]?.change).toEqual({ recheck: true });
  });

  test.each(['false', 'No', '0', ''])('asks for no recheck with %j', async (cell) => {
    const read = await readEntries(`hostname,recheck,ssl.method\na.acme.net,${cell},txt\n`);
    expect(read.rows[0]?.change).toEqual({ ssl: { method: 'txt' } });
  });

  test.each([
    ['ssl.method', '<clear>', 'MANIFEST_CANNOT_CLEAR'],
    ['ssl.method', '<default>', 'MANIFEST_BAD_VALUE'],
    ['ssl.method', 'HTTP', 'MANIFEST_BAD_VALUE'],
    ['recheck', 'maybe', 'MANIFEST_BAD_VALUE'],
    ['ssl.settings.ciphers', 'AES128-SHB', 'MANIFEST_BAD_VALUE'],
    ['ssl.settings.ciphers', ':', 'MANIFEST_BAD_VALUE'],
    ['custom_metadata.a', '<json:{}>', 'MANIFEST_WRONG_TYPE'],
    ['custom_metadata.a', '<json:nope>', 'MANIFEST_BAD_VALUE'],
    ['custom_origin_server', '10.0.0.1', 'MANIFEST_BAD_ORIGIN'],
    ['custom_origin_server', '*.acme.net', 'MANIFEST_BAD_ORIGIN'],
    ['custom_origin_server', ':request_host_header:', 'MANIFEST_BAD_ORIGIN'],
  ])('refuses %s = %j as %s', async (column, cell, code) => {
    const read = await readEntries(oneRow({ hostname: 'a.acme.net', [column]: cell }));
    expect(read.codes).toEqual([code]);
    expect(read.invalid[0]?.problems[0]).toMatchObject({ column, line: 2, row: 1 });
  });

  test('suggests what a near miss meant', async () => {
    const read = await readEntries('hostname,ssl.method,ssl.settings.min_tls_version\na.acme.net,HTTP,1\n');
    expect(read.invalid[0]?.problems.map((each) => each.message)).toEqual([
      '"HTTP" is not one of: http, txt, email; did you mean "http"?',
      '"1" is not one of: 1.0, 1.1, 1.2, 1.3; did you mean "1.0"?',
    ]);
  });
});
