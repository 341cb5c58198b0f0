import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanReader } from '../../src/disk/indexed-lines.ts';
import { JsonLinesWriter, readJsonLines } from '../../src/disk/json-lines.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function valuesIn(path: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of readJsonLines(path)) values.push(value);
  return values;
}

describe('JSON lines', () => {
  it('come back as they were written, each also by its place alone', async () => {
    const folder = await tempFolder();
    let number = 0;
    const value = fc.jsonValue({ stringUnit: 'binary' });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 20 }), async (given) => {
        const values = JSON.parse(JSON.stringify(given)) as unknown[];
        const path = join(folder, `lines-${number++}`);
        const writer = await JsonLinesWriter.create(path);
        const places = [];
        for (const each of values) places.push(await writer.write(each));
        await writer.close();
        const read = [];
        for await (const { text: _, ...line } of readJsonLines(path)) read.push(line);
        expect(read).toEqual(places.map((place, index) => ({ ...place, value: values[index] })));
        const reader = new SpanReader(path);
        for (const [index, place] of places.entries()) expect(await reader.json(place)).toEqual(values[index]);
        await reader.close();
      }),
      { numRuns: 60 },
    );
  });

  // The reader takes 256 KiB at a time; shifting the text by one byte each puts every part of a character on that edge.
  it.each([0, 1, 2, 3])('survive a character cut in two by the end of a chunk (shifted by %i)', async (shift) => {
    const path = join(await tempFolder(), 'lines');
    const long = 'x'.repeat(shift) + '🜁é'.repeat(120_000);
    await writeFile(path, `${JSON.stringify(long)}\n\n${JSON.stringify('after')}\n`);
    expect(await valuesIn(path)).toEqual([long, 'after']);
  });

  it('stand where the writer says, also those that are longer than what it writes at once', async () => {
    const path = join(await tempFolder(), 'lines');
    const writer = await JsonLinesWriter.create(path);
    const values = ['a', 'x🜁é'.repeat(120_000), 'b', ...Array.from({ length: 3_000 }, (_, at) => 'é'.repeat(at % 300))];
    const places = values.map((value) => writer.write(value));
    await writer.close();
    const read = [];
    for await (const { value, offset, length } of readJsonLines(path)) read.push([value, { offset, length }]);
    expect(read).toEqual(values.map((value, at) => [value, places[at]]));
  });

  it('are told where they stand in bytes, empty lines counted', async () => {
    const path = join(await tempFolder(), 'lines');
    await writeFile(path, '"é"\n\n[1]\n');
    const places = [];
    for await (const { offset, length } of readJsonLines(path)) places.push([offset, length]);
    expect(places).toEqual([
      [0, 4],
      [6, 3],
    ]);
  });

  it.each(['{"half": ', '"whole but without its newline"'])('end before a torn last line: %s', async (torn) => {
    const path = join(await tempFolder(), 'lines');
    await writeFile(path, '1\n2\n');
    await appendFile(path, torn);
    expect(await valuesIn(path)).toEqual([1, 2]);
  });

  it('of an empty file are none', async () => {
    const path = join(await tempFolder(), 'lines');
    await (await JsonLinesWriter.create(path)).close();
    expect(await valuesIn(path)).toEqual([]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('that are not JSON are not passed over in silence', async () => {
    const path = join(await tempFolder(), 'lines');
    await writeFile(path, '1\nnot json\n3\n');
    await expect(valuesIn(path)).rejects.toThrow(SyntaxError);
  });
});
