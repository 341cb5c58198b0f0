import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextTimeOfDay, parseTimeOfDay } from '../../src/sweep/until.ts';

const at = (text: string): number => Date.parse(text);

it.each([
  ['06:00', 360],
  ['6:05', 365],
  ['00:00', 0],
  ['23:59', 1_439],
  ['24:00', undefined],
  ['6', undefined],
  ['06:60', undefined],
  ['6pm', undefined],
])('"%s" is %s minutes after midnight', (text, minutes) => expect(parseTimeOfDay(text)).toBe(minutes));

it.each([
  ['2026-11-25T22:00:00Z', 'Europe/Berlin', '2026-11-26T05:00:00Z'],
  ['2026-11-26T05:00:00Z', 'Europe/Berlin', '2026-11-27T05:00:00Z'],
  ['2026-11-26T04:59:30Z', 'Europe/Berlin', '2026-11-26T05:00:00Z'],
  // The clocks go forward, and back, in that night.
  ['2026-03-28T20:00:00Z', 'Europe/Berlin', '2026-03-29T04:00:00Z'],
  ['2026-10-24T20:00:00Z', 'Europe/Berlin', '2026-10-25T05:00:00Z'],
  ['2026-11-25T22:00:00Z', 'Asia/Kolkata', '2026-11-26T00:30:00Z'],
])('after %s it is 06:00 in %s at %s', (from, tz, then) => {
  expect(new Date(nextTimeOfDay(360, tz, at(from))).toISOString()).toBe(new Date(at(then)).toISOString());
});

it.each([
  // Its clocks go forward by half an hour at 02:00, which leaves 02:15 out, and back to 01:30.
  ['2026-10-03T12:00:00Z', '2026-10-03T15:45:00Z'],
  ['2026-04-04T12:00:00Z', '2026-04-04T15:45:00Z'],
])('after %s it is 02:15 on Lord Howe Island at %s', (from, then) => {
  expect(new Date(nextTimeOfDay(135, 'Australia/Lord_Howe', at(from))).toISOString()).toBe(
    new Date(at(then)).toISOString(),
  );
});

it('is told again where clocks are put back and show it twice', () => {
  const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(at);
  expect(nextTimeOfDay(150, 'Europe/Berlin', at('2026-10-24T20:00:00Z'))).toBe(twice[0]);
  expect(nextTimeOfDay(150, 'Europe/Berlin', twice[0] ?? 0)).toBe(twice[1]);
});

it('is later than its start, by no more than a day and the hour that clocks may be put back', () => {
  const year = at('2026-01-01T00:00:00Z');
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
  fc.assert(
    fc.property(fc.nat(1_439), zones, fc.nat(366 * 86_400_000), (minutes, tz, after) => {
      const waited = nextTimeOfDay(minutes, tz, year + after) - (year + after);
      return waited > 0 && waited <= 26 * 3_600_000;
    }),
  );
});
