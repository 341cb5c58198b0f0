import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsPrivateKeyText } from '../../src/manifest/holds-private-key.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { unpack } from '../../src/manifest/source-bytes.ts';
import { jsonl, readEntries } from './read-entries.ts';

const CSV = 'hostname,custom_metadata.note\na.acme.net,gold\nb.acme.net,grün 🌱\n';

describe('the bytes of a manifest', () => {
  test.each([
    ['m.csv', CSV],
    ['m.csv.gz', CSV],
    ['-', CSV],
    ['export.txt', CSV],
    ['m.NDJSON', jsonl({ hostname: 'a.acme.net', recheck: true }, { hostname: 'b.acme.net', recheck: true })],
    ['-', ` \n${jsonl({ hostname: 'a.acme.net', recheck: true }, { hostname: 'b.acme.net', recheck: true })}`],
  ])('are read the same plain and packed, under the name %j', async (name, text) => {
    const plain = await readEntries(text, { name });
    const packed = await readEntries(gzipSync(text), { name, cuts: [1] });
    expect(plain.rows).toHaveLength(2);
    expect(packed.entries).toEqual(plain.entries);
  });

  test('are hashed as given', async () => {
    const packed = gzipSync(CSV);
    const read = await readEntries(packed, { name: 'm.csv.gz' });
    expect(read.summary?.sha256).toBe(createHash('sha256').update(packed).digest('hex'));
  });

  test('may be several gzip members one after the other', async () => {
    const cut = CSV.indexOf('b.acme');
    const read = await readEntries(Buffer.concat([gzipSync(CSV.slice(0, cut)), gzipSync(CSV.slice(cut))]));
    expect(read.rows).toHaveLength(2);
  });

  test.each([
    ['cut off', gzipSync(CSV).subarray(0, -3)],
    ['followed by something else', Buffer.concat([gzipSync(CSV), Buffer.from(CSV)])],
    ['damaged', Buffer.concat([gzipSync(CSV).subarray(0, -8), Buffer.alloc(8, 1)])],
  ])('spoil the manifest where the gzip data is %s', async (_, bytes) => {
    const read = await readEntries(bytes);
    expect(read.fileProblems.map((each) => each.code)).toEqual(['MANIFEST_GZIP_BROKEN']);
  });

  test.each([
    ['a stray Latin-1 letter', Buffer.from('gr\xfcn', 'latin1'), 'MANIFEST_NOT_UTF8'],
    ['an overlong form', Buffer.from([0xc0, 0xaf]), 'MANIFEST_NOT_UTF8'],
    ['half a character at the end', Buffer.from([0xf0, 0x9f, 0x8c]), 'MANIFEST_NOT_UTF8'],
    ['a NUL', Buffer.from('a\0b'), 'MANIFEST_NUL_BYTE'],
  ])('spoil the manifest at %s, with its line', async (_, bad, code) => {
    const bytes = Buffer.concat([Buffer.from(`${CSV.replaceAll('\n', '\r\n')}c.acme.net,`), bad]);
    for (const cuts of [[], Array.from(bytes, () => 1)]) {
      const read = await readEntries(bytes, { cuts });
      expect(read.rows).toHaveLength(2);
      expect(read.fileProblems).toMatchObject([{ code, line: 4 }]);
    }
  });

  test('are read as UTF-16 where they begin as that, and are refused where they do not go on so', async () => {
    const plain = await readEntries(CSV);
    const little = Buffer.from(`\ufeff${CSV}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      for (const cuts of [[], [1], Array.from(bytes, () => 1)]) {
        const read = await readEntries(bytes, { cuts });
        expect([read.codes, read.rows]).toEqual([[], plain.rows]);
      }
      const cutOff = await readEntries(bytes.subarray(0, -1));
      expect(cutOff.codes).toEqual(['MANIFEST_NOT_UTF8']);
    }
    const key = Buffer.from('\ufeff-----BEGIN PRIVATE KEY-----\nx', 'utf16le');
    expect(await holdsPrivateKeyText(Readable.from([key]))).toBe(true);
  });

  test('unpack to a bound: a hundred times their size, or what is asked for', async () => {
    const rows = (count: number) => `hostname,recheck\n${'x,\n'.repeat(count)}`;
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const unpacked = async () => {
      let size = 0;
      for await (const chunk of unpack(Readable.from([bomb]))) size += chunk.length;
      return size;
    };
    await expect(unpacked()).rejects.toMatchObject({
      problem: { code: 'MANIFEST_TOO_LARGE', message: expect.stringContaining('4 MiB') },
    });
    for (const bytes of [gzipSync(rows(1_000)), Buffer.from(rows(1_000))]) {
      expect((await readEntries(bytes, { maxBytes: 2_000 })).codes.at(-1)).toBe('MANIFEST_TOO_LARGE');
      expect((await readEntries(bytes, { maxBytes: 4_000 })).codes).not.toContain('MANIFEST_TOO_LARGE');
    }
  });

  test('give the same entries wherever the chunks are cut', async () => {
    const line = fc.constantFrom(
      ...[
        'a.acme.net,txt,x',
        'b.acme.net,http,"grün\r\n🌱"',
        'c.acme.net,,',
        ',,',
        '',
        ' ',
        'd.acme.net,txt',
        'x,y,z',
        '"a","b',
      ],
      ...['{"hostname":"a.acme.net","recheck":true}', '{"hostname":', '[', '"', '\u2028,é'],
    );
    const text = fc
      .tuple(
        fc.constantFrom('', '\ufeff', '\n'),
        fc.constantFrom(
          'hostname,ssl.method,custom_metadata.é\n',
          'hostname;ssl.method;zone_id\r\n',
          '{"hostname":"q.acme.net"}\n',
          '',
        ),
        fc.array(line),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom(Buffer.alloc(0), Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0])),
      )
      .map(([mark, header, lines, end, last]) => Buffer.concat([Buffer.from(mark + header + lines.join(end)), last]));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.integer({ min: 0, max: 9 })), async (bytes, cuts) => {
        const whole = await readEntries(bytes);
        expect((await readEntries(bytes, { cuts })).entries).toEqual(whole.entries);
      }),
      { numRuns: 300 },
    );
  });

  test('never make reading throw, whatever they are', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('m.csv', 'm.jsonl', '-'), async (content, name) => {
        const read = await readEntries(Buffer.from(content), { name });
        expect(read.entries.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('account for every line: row, invalid, or behind a file problem', async () => {
    const noise = fc
      .string({ unit: fc.constantFrom('a', ',', '"', ' ', '.', '{', '}', ':', '\\', 'é') })
      .filter((text) => /[^\s,]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(noise), fc.boolean(), async (lines, csv) => {
        const last = csv ? 'z.acme.net,gold' : '{"hostname":"z.acme.net","recheck":true}';
        const head = csv ? ['hostname,custom_metadata.a'] : ['{"hostname":"y.acme.net","recheck":true}'];
        const read = await readEntries([...head, ...lines, last].join('\n'), { name: csv ? 'm.csv' : 'm.jsonl' });
        if (read.fileProblems.length > 0) return;
        expect(read.rows.at(-1)?.hostname ?? '').toBe('z.acme.net');
        // In CSV a quoted cell may hold a line break; then the rows of the lines in between are within that cell.
        if (!csv || !lines.some((line) => line.includes('"'))) {
          expect(read.entries).toHaveLength(lines.length + (csv ? 1 : 2));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the input of a manifest', () => {
  test.each([
    ['plain', Buffer.from(CSV)],
    ['packed', gzipSync(CSV)],
  ])('that breaks off in the middle spoils the manifest: %s', async (_, bytes) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 20);
      throw Object.assign(new Error('gone'), { code: 'EIO' });
    }
    const entries = [];
    for await (const entry of readManifest({ name: '-', bytes: broken() }).entries) entries.push(entry);
    expect(entries).toMatchObject([
      { kind: 'file', problem: { code: 'MANIFEST_UNREADABLE', message: 'reading failed (EIO)' } },
    ]);
  });

  test('is a file problem where it is missing or a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
    try {
      for (const [path, message] of [
        [join(folder, 'none.csv'), 'the file does not exist'],
        [folder, 'this is a folder, not a file'],
      ] as const) {
        const entries = [];
        for await (const entry of readManifest({ name: path, bytes: createReadStream(path) }).entries)
          entries.push(entry);
        expect(entries).toMatchObject([{ kind: 'file', problem: { code: 'MANIFEST_UNREADABLE', message } }]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is closed where reading stops early, and has no summary then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
    try {
      const path = join(folder, 'm.csv.gz');
      const rows = Array.from(
        { length: 50_000 },
        (_, at) => `h${at}.acme.net,${createHash('md5').update(String(at)).digest('hex')}\n`,
      );
      await writeFile(path, gzipSync(`hostname,custom_metadata.note\n${rows.join('')}`));
      const bytes = createReadStream(path, { highWaterMark: 1_024 });
      const manifest = readManifest({ name: path, bytes });
      for await (const entry of manifest.entries) {
        expect(entry.kind).toBe('row');
        break;
      }
      if (!bytes.closed) await new Promise<void>((resolve) => bytes.once('close', resolve));
      expect(() => manifest.summary()).toThrow('not read to its end');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
