import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuota, parseShare } from '../../src/config/values.ts';
import { parseDuration } from '../../src/text/duration.ts';

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['0', 0],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    [' 60s ', 60_000],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '-5', '5 s', '5w', '1e3', '.5', '5.', 's', '5s5', '١٢', '0x10', 'Infinity', 'NaN', '1,5s'])(
    '"%s" is none',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('a quota', () => {
  it.each([
    ['1200/300', { calls: 1_200, windowSeconds: 300 }],
    ['1200/5m', { calls: 1_200, windowSeconds: 300 }],
    ['2/500ms', { calls: 2, windowSeconds: 0.5 }],
  ])('%s is read', (text, quota) => expect(parseQuota(text)).toEqual(quota));

  it.each([
    '',
    '1200',
    '/300',
    '1200/',
    '1200/0',
    '1/300',
    '0/300',
    '-5/300',
    '12.5/300',
    '1200/300/2',
    'a/b',
    '1200/25h',
    `${'9'.repeat(400)}/300`,
    `1200/${'9'.repeat(400)}`,
  ])('"%s" is none', (text) => expect(parseQuota(text)).toBeUndefined());
});

describe('a share', () => {
  it.each([
    ['0.8', 0.8],
    ['80%', 0.8],
    ['1', 1],
    ['100%', 1],
    ['.5', 0.5],
  ])('%s is %d', (text, share) => expect(parseShare(text)).toBeCloseTo(share));

  it.each(['', '0', '0%', '1.01', '101%', '80', '-0.5', '80 %', '%', '0.8.1', '1e-1', 'all'])('"%s" is none', (text) =>
    expect(parseShare(text)).toBeUndefined(),
  );
});

it('No text makes any of them fail, or lets in what is out of bounds', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{1,6}(ms|s|m|h|%)?(\/[0-9]{1,4}[smh]?)?$/));
  fc.assert(
    fc.property(text, (given) => {
      expect(parseDuration(given) ?? 0).toBeGreaterThanOrEqual(0);
      expect(parseQuota(given)?.calls ?? 2).toBeGreaterThanOrEqual(2);
      expect(parseQuota(given)?.windowSeconds ?? 1).toBeGreaterThan(0);
      expect(parseShare(given) ?? 1).toBeGreaterThan(0);
      expect(parseShare(given) ?? 1).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );
});
