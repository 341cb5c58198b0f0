import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWaves, waveEnds, wavesText } from '../../../src/batch/waves/wave-sizes.ts';

const sizesOf = (text: string) => {
  const parsed = parseWaves(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.sizes;
};

describe('waves as they are written', () => {
  it.each(['10,5%,100%', '100%', '1,2.5%,50%,100%', '10,100,1000,100%'])('are read, and written again: %s', (text) => {
    expect(wavesText(sizesOf(text))).toBe(text);
  });

  it.each([
    ['10,5', 'not more than'],
    ['10,10%,10%,100%', 'not more than'],
    ['50%,10,20%,100%', 'not more than'],
    ['10,5%', 'the last wave must be 100%'],
    ['10', 'the last wave must be 100%'],
    ['0,100%', '"0" is no wave'],
    ['10,120%', '"120%" is no wave'],
    ['ten,100%', '"ten" is no wave'],
    ['', '"" is no wave'],
    ['10,,100%', '"" is no wave'],
  ])('are refused in one sentence where they are none: %s', (text, why) => {
    expect(parseWaves(text)).toMatchObject({ problem: expect.stringContaining(why) });
  });
});

describe('where waves end', () => {
  it.each([
    [10_000, [10, 500, 10_000]],
    [150, [10, 150]],
    [200, [10, 200]],
    [210, [10, 11, 210]],
    [7, [7]],
    [0, []],
  ])('of %i rows, those of 10,5%%,100%%', (rows, ends) => {
    expect(waveEnds(sizesOf('10,5%,100%'), rows)).toEqual(ends);
  });

  it('rises to the last row, whatever the sizes', () => {
    const sizes = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 })
      .map((parts) => [...parts.sort((a, b) => a - b), 100].map((part) => ({ share: part / 100 })));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5_000 }), (given, rows) => {
        const ends = waveEnds(given, rows);
        expect(ends.at(-1)).toBe(rows);
        for (const [at, end] of ends.entries()) expect(end).toBeGreaterThan(ends[at - 1] ?? 0);
      }),
    );
  });
});
