import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayBefore, isDate, localDate, nightsBetween, startOfDate } from '../../../src/report/since/calendar.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.date({ min: new Date('2010-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map(Number);

describe('the calendar of a time zone', () => {
  it('begins a date with its first instant, also where clocks change at midnight', () => {
    fc.assert(
      fc.property(instant, zone, (at, timeZone) => {
        const date = localDate(at, timeZone);
        const start = startOfDate(date, timeZone);
        expect(start).toBeLessThanOrEqual(at);
        expect([localDate(start, timeZone), localDate(start - 1, timeZone) < date]).toEqual([date, true]);
      }),
    );
    expect(startOfDate('2026-11-24', 'Europe/Berlin')).toBe(Date.parse('2026-11-23T23:00:00Z'));
    expect(startOfDate('2018-11-04', 'America/Sao_Paulo')).toBe(Date.parse('2018-11-04T03:00:00Z'));
    // Clocks are put back to midnight, which comes twice.
    expect(startOfDate('2026-11-01', 'America/Havana')).toBe(Date.parse('2026-11-01T04:00:00Z'));
  });

  it('counts the nights between two instants by their dates', () => {
    const nights = (from: string, to: string) => nightsBetween(Date.parse(from), Date.parse(to), 'Europe/Berlin');
    expect(nights('2026-11-24T22:59:00Z', '2026-11-24T23:01:00Z')).toBe(1);
    expect(nights('2026-11-24T23:01:00Z', '2026-11-25T22:59:00Z')).toBe(0);
    // A night of 25 hours is one night.
    expect(nights('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toBe(2);
  });

  it('knows its dates', () => {
    expect(['2026-02-28', '2024-02-29', '2026-02-29', '2026-13-01', '2026-1-1', 'yesterday'].map(isDate)).toEqual([
      ...[true, true, false, false, false, false],
    ]);
    expect([dayBefore('2026-03-01'), dayBefore('2024-03-01')]).toEqual(['2026-02-28', '2024-02-29']);
  });
});
