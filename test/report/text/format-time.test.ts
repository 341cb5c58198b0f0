import { expect, test } from 'vitest';
import { formatClock, formatDuration, formatInstant } from '../../../src/report/text/format-time.ts';

test.each([
  [0, '0.0 s'],
  [9_999, '9.9 s'],
  [10_000, '10 s'],
  [59_999, '59 s'],
  [60_000, '1 min 00 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h 00 min'],
  [86_399_999, '23 h 59 min'],
  [90_000_000, '1 d 1 h'],
])('%i ms is written "%s"', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a clock time is that of the zone asked for, and has its date where that is another day there', () => {
  const now = Date.parse('2026-03-04T23:00:00.000Z');
  expect(formatClock('2026-03-04T23:30:05.000Z', 'Asia/Tokyo', now)).toBe('08:30:05');
  expect(formatClock('2026-03-04T00:00:05.000Z', 'UTC', now)).toBe('00:00:05');
  expect(formatClock('2026-03-05T00:00:05.000Z', 'UTC', now)).toBe('2026-03-05 00:00:05');
  expect(formatClock('2031-03-04T23:30:05.000Z', 'UTC', now)).toBe('2031-03-04 23:30:05');
});

test('an instant in a file names its zone', () => {
  expect(formatInstant('2026-03-04T23:30:05.123+01:00')).toBe('2026-03-04 22:30:05 UTC');
});

test('what is no instant is shown as it is', () => {
  expect([formatClock('soon'), formatInstant('soon')]).toEqual(['soon', 'soon']);
});
