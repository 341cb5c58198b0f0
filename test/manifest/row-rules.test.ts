import { describe, expect, test } from 'vitest';
import { jsonl, readEntries } from './read-entries.ts';

const ZONE_A = 'a'.repeat(32);
const ZONE_B = 'b'.repeat(32);
const ID = '2a1d3c9e-7b1f-4c6a-9d0e-5f4b3a2c1d0e';
const hostname = 'a.acme.net';
const ssl = { method: 'txt' };

describe('a row', () => {
  test.each([
    ['names nothing', { ssl }, ['MANIFEST_NO_NAME']],
    ['asks for nothing', { hostname }, ['MANIFEST_NO_CHANGE']],
    ['asks for nothing but no recheck', { hostname, recheck: false }, ['MANIFEST_NO_CHANGE']],
    ['is empty', {}, ['MANIFEST_NO_NAME', 'MANIFEST_NO_CHANGE']],
    ['mixes recheck with a change', { hostname, recheck: true, ssl }, ['MANIFEST_RECHECK_WITH_CHANGE']],
    ['wants a wildcard over http', { hostname, ssl: { method: 'http', wildcard: true } }, ['MANIFEST_WILDCARD_HTTP']],
    [
      'chooses ciphers for TLS 1.3',
      { hostname, ssl: { settings: { min_tls_version: '1.3', ciphers: ['AES128-SHA'] } } },
      ['MANIFEST_CIPHERS_WITH_TLS_1_3'],
    ],
    ['has too much metadata', { hostname, custom_metadata: { a: 'é'.repeat(2_048) } }, ['MANIFEST_METADATA_TOO_LARGE']],
    ['has a bad hostname', { hostname: 'a_b.acme.net', ssl }, ['MANIFEST_BAD_HOSTNAME']],
    ['has a bad id', { custom_hostname_id: '42', ssl }, ['MANIFEST_BAD_ID']],
    ['has a bad zone', { hostname, zone_id: 'acme.net', ssl }, ['MANIFEST_BAD_ZONE_ID']],
    [
      'is wrong in many ways',
      {
        hostname: 'localhost',
        zone_id: 1,
        ssl: { method: 'htp', typ: 'dv', settings: [] },
        custom_metadata: { a: {} },
      },
      [
        'MANIFEST_BAD_HOSTNAME',
        'MANIFEST_WRONG_TYPE',
        'MANIFEST_BAD_VALUE',
        'MANIFEST_UNKNOWN_COLUMN',
        'MANIFEST_WRONG_TYPE',
        'MANIFEST_WRONG_TYPE',
      ],
    ],
  ])('that %s is told so, and everything at once', async (_, row, codes) => {
    expect((await readEntries(jsonl(row))).codes).toEqual(codes);
  });

  test('of just 4,096 bytes of metadata is good, and cleared keys do not count', async () => {
    const value = 'x'.repeat(4_096 - '{"a":""}'.length);
    const read = await readEntries(jsonl({ hostname, custom_metadata: { a: value, b: null } }));
    expect(read.codes).toEqual([]);
  });
});

describe('the same custom hostname twice', () => {
  const duplicates = async (...rows: object[]): Promise<(string | undefined)[]> => {
    const read = await readEntries(jsonl(...rows.map((row) => ({ ssl, ...row }))));
    return read.entries.map((each) => (each.kind === 'invalid' ? each.invalid.problems[0]?.message : undefined));
  };

  test('is a problem of the second row, which names the line of the first', async () => {
    const messages = await duplicates({ hostname }, { hostname: 'b.acme.net' }, { hostname: 'A.acme.net.' });
    expect(messages).toEqual([
      undefined,
      undefined,
      'a.acme.net was already given on line 1; keep one of the two rows',
    ]);
  });

  test('is found by its id, too', async () => {
    const messages = await duplicates({ custom_hostname_id: ID }, { hostname, custom_hostname_id: ID.toUpperCase() });
    expect(messages[1]).toContain('line 1');
  });

  test('is two hostnames where the zones differ', async () => {
    const rows = [ZONE_A, ZONE_B, ZONE_A, ZONE_B].map((zone_id) => ({ hostname, zone_id }));
    const messages = await duplicates(...rows);
    expect(messages.map((each) => /line \d/.exec(each ?? '')?.[0])).toEqual([undefined, undefined, 'line 1', 'line 2']);
  });

  test('may be one hostname where a zone is not given', async () => {
    expect((await duplicates({ hostname, zone_id: ZONE_A }, { hostname }))[1]).toContain('line 1');
    expect((await duplicates({ hostname }, { hostname, zone_id: ZONE_A }))[1]).toContain('line 1');
  });

  test('is not what a wildcard and its parent are', async () => {
    expect(await duplicates({ hostname: '*.acme.net' }, { hostname: 'acme.net' })).toEqual([undefined, undefined]);
  });

  test('is found also where the first row was bad', async () => {
    const messages = await duplicates({ hostname, ssl: { method: 'htp' } }, { hostname });
    expect(messages[1]).toContain('line 1');
  });
});
