import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IndexedLines, readBytes, SpanColumn, SpanReader } from '../../src/disk/indexed-lines.ts';
import { JsonLinesWriter } from '../../src/disk/json-lines.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Line {
  id: string;
  text: string;
}

/** Lines of very different lengths: some fit many times into what is read at once, some do not at all. */
const LINES: Line[] = Array.from({ length: 600 }, (_, n) => ({ id: `id-${n}`, text: 'é'.repeat((n * 7_919) % 3_000) }));

async function written(lines: readonly Line[]) {
  const path = join(await tempFolder(), 'lines');
  const writer = await JsonLinesWriter.create(path);
  const spans = lines.map((line) => writer.write(line));
  await writer.close();
  return { path, spans };
}

/** Those files that this process has open; where the system does not say, none. */
function openFiles(): string[] {
  const folder = '/proc/self/fd';
  return (existsSync(folder) ? readdirSync(folder) : []).map((fd) => {
    const link = join(folder, fd);
    return existsSync(link) ? readlinkSync(link) : '';
  });
}

/** Bytes this process has read so far; where the system does not say, none. */
function bytesRead(): number {
  const counts = '/proc/self/io';
  return existsSync(counts) ? Number(/^rchar: (\d+)/.exec(readFileSync(counts, 'utf8'))?.[1]) : 0;
}

it('a file that is read once more after its reader was closed is not left open', async () => {
  const { path, spans } = await written(LINES);
  const reader = new SpanReader(path);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) throw new Error('There are lines.');
  expect(await reader.json(first)).toEqual(LINES[0]);
  await reader.close();
  expect(await reader.json(last)).toEqual(LINES.at(-1));
  expect(openFiles()).not.toContain(path);
});

it('what many read on side by side is read from the disk once', async () => {
  const { path, spans } = await written(LINES);
  const reader = new SpanReader(path);
  const before = bytesRead();
  expect(await Promise.all(spans.map((span) => reader.json(span)))).toEqual(LINES);
  const last = spans.at(-1) ?? { offset: 0, length: 0 };
  // Each with a window of its own would be fifty times the file.
  expect(bytesRead() - before).toBeLessThan(4 * (last.offset + last.length));
  await reader.close();
});

describe('indexed lines', () => {
  it('are found by key and by number, in their order, backwards, and many at a time', async () => {
    const { path } = await written(LINES);
    const lines = await IndexedLines.open<Line>(path, ({ id }) => id);
    expect(lines.size).toBe(LINES.length);
    for (const [number, line] of LINES.entries()) {
      expect(lines.find(line.id)).toBe(number);
      expect(await lines.read(number)).toEqual(line);
    }
    for (let number = LINES.length - 1; number >= 0; number -= 7)
      expect(await lines.read(number)).toEqual(LINES[number]);
    const together = LINES.map((_, number) => (number * 31) % LINES.length);
    expect(await Promise.all(together.map((number) => lines.read(number)))).toEqual(
      together.map((number) => LINES[number]),
    );
    await lines.close();
  });

  it('leave out what is given no key, and are none where there is no file', async () => {
    const { path } = await written(LINES.slice(0, 3));
    const lines = await IndexedLines.open<Line>(path, ({ id }) => (id === 'id-1' ? id : undefined));
    expect([lines.size, lines.find('id-0'), lines.find('id-1')]).toEqual([1, undefined, 0]);
    await lines.close();
    expect((await IndexedLines.open<Line>(`${path}-none`, ({ id }) => id)).size).toBe(0);
  });

  it('lead a key that several lines have to the last of them', async () => {
    const { path } = await written(['a', 'both', 'b', 'both'].map((id) => ({ id, text: '' })));
    const lines = await IndexedLines.open<Line>(path, ({ id }) => id);
    expect(['a', 'b', 'both'].map((key) => lines.find(key))).toEqual([0, 2, 3]);
  });

  it('say that their file was cut off, or written again, while they were in use', async () => {
    const { path } = await written([
      { id: 'a', text: 'x' },
      { id: 'b', text: 'y'.repeat(1 << 17) },
    ]);
    const lines = await IndexedLines.open<Line>(path, ({ id }) => id);
    await truncate(path, 50);
    await expect(lines.read(1)).rejects.toMatchObject({
      code: 'BATCH_DAMAGED',
      message: expect.stringContaining(path),
    });
    await writeFile(path, ' '.repeat(1 << 18));
    await expect(lines.read(1)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
    await lines.close();
  });
});

describe('a span column', () => {
  it('grows as it is set, and keeps what was there', () => {
    const column = new SpanColumn();
    for (let number = 0; number < 50_000; number++)
      column.set(number, { offset: 2 ** 40 + number, length: number + 1 });
    expect([0, 2, 3, 49_999].map((number) => column.at(number))).toEqual(
      [0, 2, 3, 49_999].map((number) => ({ offset: 2 ** 40 + number, length: number + 1 })),
    );
    expect([column.has(49_999), column.has(90_000), column.at(90_000)]).toEqual([true, false, undefined]);
  });
});

describe('reading bytes', () => {
  it('goes on where a read brought only part of what was asked for, and ends where the file does', async () => {
    const text = Buffer.from('abcdefghij');
    const halting = {
      async read(into: Buffer, at: number, length: number, position: number) {
        const bytesRead = text.copy(into, at, position, position + Math.min(3, length));
        return { bytesRead, buffer: into };
      },
    } as never;
    expect((await readBytes(halting, 1, 8)).toString()).toBe('bcdefghi');
    expect((await readBytes(halting, 6, 100)).toString()).toBe('ghij');
  });
});
