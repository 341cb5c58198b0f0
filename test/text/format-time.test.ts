import { expect, test } from 'vitest';
import { formatClock, formatDuration, formatInstant } from '../../src/text/format-time.ts';

test.each([
  [0, '0.0 s'],
  [9_999, '9.9 s'],
  [10_000, '10 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h'],
  [86_399_999, '23 h 59 min'],
  [86_400_000, '1 d'],
  [90_000_000, '1 d 1 h'],
  [7_380_000, '2 h 03 min'],
])('%i ms is written "%s"', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a clock time says its zone, and has its date where that is another day there', () => {
  const now = Date.parse('2026-03-04T23:00:00.000Z');
  expect(formatClock('2026-03-05T00:30:05.000+01:00', now)).toBe('23:30:05 UTC');
  expect(formatClock('2026-03-05T00:00:05.000Z', now)).toBe('2026-03-05 00:00:05 UTC');
  expect(formatClock('2031-03-04T23:30:05.000Z', now)).toBe('2031-03-04 23:30:05 UTC');
});

test('an instant in a file names its zone', () => {
  expect(formatInstant('2026-03-04T23:30:05.123+01:00')).toBe('2026-03-04 22:30:05 UTC');
});

test('what is no instant is shown as it is', () => {
  expect([formatClock('soon'), formatInstant('soon')]).toEqual(['soon', 'soon']);
});
