import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedCron, dueSlots, nextSlot, SLOTS_COUNTED } from '../../src/schedule/cron.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const NIGHTLY = checkedCron('15 2 * * *', 'Europe/Berlin');

describe('a cron expression', () => {
  it.each(['15 2 * * *', '*/5 * * * * *', '@daily', '  0   4 * * MON-FRI '])('"%s" is taken', (pattern) => {
    expect(nextSlot(checkedCron(pattern, 'UTC'), 0)).toBeGreaterThan(0);
  });

  it.each(['', '15', '15 2', '61 * * * *', '* * * * * * *', '0 0 31 2 *', 'H H * * *', 'tonight', '@tonight'])(
    '"%s" is refused in one sentence',
    (pattern) => {
      expect(() => checkedCron(pattern, 'UTC')).toThrow(/is not a cron expression .+; write it like "15 2 \* \* \*"/);
    },
  );

  it.each(['Mars/Base', '', 'Berlin', '+25:00'])('the zone "%s" is refused', (tz) => {
    expect(() => checkedCron('15 2 * * *', tz)).toThrow(/is not a time zone/);
  });

  it('a zone whose clocks change by part of an hour is refused: the parser loses its way there', () => {
    expect(() => checkedCron('0 3 * * SUN', 'Australia/Lord_Howe')).toThrow(
      /change by part of an hour; give another zone/,
    );
    expect(checkedCron('0 3 * * SUN', 'Asia/Kolkata').tz).toMatch(/^Asia/);
  });

  it('goes by the clock of its zone, over the change to summer time and back', () => {
    const half = checkedCron('30 2 * * *', 'Europe/Berlin');
    expect(iso(nextSlot(NIGHTLY, at('2026-11-25T12:00:00Z')))).toBe('2026-11-26T01:15:00.000Z');
    expect(iso(nextSlot(NIGHTLY, at('2026-07-25T12:00:00Z')))).toBe('2026-07-26T00:15:00.000Z');
    // On that morning there is no 02:30.
    expect(iso(nextSlot(half, at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:30:00.000Z');
    // On that one there are two of them, of which one counts.
    const first = nextSlot(half, at('2026-10-24T12:00:00Z'));
    expect(iso(first)).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(nextSlot(half, first))).toBe('2026-10-26T01:30:00.000Z');
  });
});

describe('the slots that have come', () => {
  it('are none before the first, one at it, and all of them later', () => {
    const after = at('2026-11-25T12:00:00Z');
    expect(dueSlots(NIGHTLY, after, at('2026-11-26T01:14:59Z'))).toBeUndefined();
    expect(dueSlots(NIGHTLY, after, at('2026-11-26T01:15:00Z'))).toEqual({ newest: at('2026-11-26T01:15:00Z') });
    expect(dueSlots(NIGHTLY, after, at('2026-11-29T00:00:00Z'))).toEqual({
      newest: at('2026-11-28T01:15:00Z'),
      earlier: { first: at('2026-11-26T01:15:00Z'), last: at('2026-11-27T01:15:00Z'), count: 2 },
    });
  });

  it('are found at once, however long nobody looked', () => {
    const each = checkedCron('* * * * * *', 'UTC');
    const due = dueSlots(each, 0, at('2026-11-26T00:00:00.500Z'));
    expect(due?.newest).toBe(at('2026-11-26T00:00:00Z'));
    expect(due?.earlier?.count).toBe(SLOTS_COUNTED);
  });

  it('lie between the two instants, the newest being the one after which none has come', () => {
    const DAY_MS = 86_400_000;
    // Each over as long as a few of its slots take.
    const spans = {
      '15 2 * * *': 3 * DAY_MS,
      '*/7 * * * *': DAY_MS / 12,
      '0 3 * * SUN': 15 * DAY_MS,
      '30 2 * * *': 3 * DAY_MS,
    };
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Adelaide'];
    const crons = Object.entries(spans).flatMap(([pattern, span]) =>
      zones.map((tz) => ({ cron: checkedCron(pattern, tz), span })),
    );
    const start = at('2026-01-01T00:00:00Z');
    const instant = fc.integer({ min: start, max: start + 366 * 86_400_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ cron, span: longest }, after, part) => {
          const span = Math.round(part * longest);
          const due = dueSlots(cron, after, after + span);
          if (due === undefined) return nextSlot(cron, after) > after + span;
          const first = due.earlier?.first ?? due.newest;
          return first > after && due.newest <= after + span && nextSlot(cron, due.newest) > after + span;
        },
      ),
      { numRuns: 200 },
    );
  });
});
