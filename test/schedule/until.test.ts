import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseUntil } from '../../src/schedule/until.ts';

const at = (text: string): number => Date.parse(text);
const until = (text: string, tz: string, from: number): number => parseUntil(text, tz, from) ?? Number.NaN;

const MIDNIGHT = at('2026-11-25T00:00:00Z');

it.each([
  ['06:00', '2026-11-25T06:00:00Z'],
  ['6:05', '2026-11-25T06:05:00Z'],
  ['00:00', '2026-11-26T00:00:00Z'],
  ['23:59', '2026-11-25T23:59:00Z'],
  ['2026-12-01T06:00Z', '2026-12-01T06:00:00Z'],
  ['2026-12-01T06:00:00+01:00', '2026-12-01T05:00:00Z'],
])('"%s" is %s', (text, then) => expect(parseUntil(text, 'UTC', MIDNIGHT)).toBe(at(then)));

it('an instant without a zone is one on the clocks that are meant', () => {
  expect(parseUntil('2026-12-01T06:00', 'Europe/Berlin', MIDNIGHT)).toBe(at('2026-12-01T05:00:00Z'));
});

it.each(['24:00', '6', '06:60', '6pm', '2026', '2026-12-01', '2026-13-01T06:00Z', '2026-11-24T23:59Z', 'tomorrow'])(
  '"%s" is nothing to go on until',
  (text) => expect(parseUntil(text, 'UTC', MIDNIGHT)).toBeUndefined(),
);

it.each([
  ['2026-11-25T22:00:00Z', 'Europe/Berlin', '2026-11-26T05:00:00Z'],
  ['2026-11-26T05:00:00Z', 'Europe/Berlin', '2026-11-27T05:00:00Z'],
  ['2026-11-26T04:59:30Z', 'Europe/Berlin', '2026-11-26T05:00:00Z'],
  // The clocks go forward, and back, in that night.
  ['2026-03-28T20:00:00Z', 'Europe/Berlin', '2026-03-29T04:00:00Z'],
  ['2026-10-24T20:00:00Z', 'Europe/Berlin', '2026-10-25T05:00:00Z'],
  ['2026-11-25T22:00:00Z', 'Asia/Kolkata', '2026-11-26T00:30:00Z'],
])('after %s it is 06:00 in %s at %s', (from, tz, then) => {
  expect(new Date(until('06:00', tz, at(from))).toISOString()).toBe(new Date(at(then)).toISOString());
});

it.each([
  // Its clocks go forward by half an hour at 02:00, which leaves 02:15 out, and back to 01:30.
  ['2026-10-03T12:00:00Z', '2026-10-03T15:45:00Z'],
  ['2026-04-04T12:00:00Z', '2026-04-04T15:45:00Z'],
])('after %s it is 02:15 on Lord Howe Island at %s', (from, then) => {
  expect(new Date(until('02:15', 'Australia/Lord_Howe', at(from))).toISOString()).toBe(
    new Date(at(then)).toISOString(),
  );
});

it('is told again where clocks are put back and show it twice', () => {
  const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(at);
  expect(until('02:30', 'Europe/Berlin', at('2026-10-24T20:00:00Z'))).toBe(twice[0]);
  expect(until('02:30', 'Europe/Berlin', twice[0] ?? 0)).toBe(twice[1]);
});

it('is later than its start, by no more than a day and the hour that clocks may be put back', () => {
  const year = at('2026-01-01T00:00:00Z');
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
  fc.assert(
    fc.property(fc.nat(23), fc.nat(59), zones, fc.nat(366 * 86_400_000), (hour, minute, tz, after) => {
      const waited = until(`${hour}:${String(minute).padStart(2, '0')}`, tz, year + after) - (year + after);
      return waited > 0 && waited <= 26 * 3_600_000;
    }),
  );
});
