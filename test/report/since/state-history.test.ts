import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StateHistory } from '../../../src/report/since/state-history.ts';
import { SECOND, SETTLEMENTS, type Settlement } from '../../../src/terms.ts';

const SINCE = 1_000_000 * SECOND;
const reading = fc.record({
  number: fc.nat({ max: 2_500 }),
  at: fc.integer({ min: 999_000, max: 1_001_000 }).map((seconds) => seconds * SECOND),
  settlement: fc.constantFrom(...SETTLEMENTS),
});

it('what is kept of each of many hostnames is what a map of its readings would say, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 300 }), (readings) => {
      const history = new StateHistory(SINCE);
      const model = new Map<string, { at: number; settlement: Settlement }[]>();
      for (const { number, at, settlement } of readings) {
        const key = `hostname ${number}`;
        const kept = model.get(key) ?? [];
        const place = { batch: kept.length, span: { offset: at * 1_000, length: number } };
        history.see(history.numberOf(key), { at, settlement, phase: 'issuing', restarted: false, place });
        if (at >= (kept.at(-1)?.at ?? 0)) kept.push({ at, settlement });
        model.set(key, kept);
      }
      expect(history.size).toBe(model.size);
      for (const [key, kept] of model) {
        const number = history.numberOf(key);
        const before = kept.filter(({ at }) => at <= SINCE).at(-1) ?? kept[0];
        expect([history.now(number), history.before(number), history.readAt(number)]).toEqual([
          kept.at(-1)?.settlement,
          before?.settlement,
          kept.at(-1)?.at,
        ]);
        const lastActive = kept.map(({ settlement }) => settlement).lastIndexOf('active');
        expect(history.idleSince(number)).toBe(kept[lastActive + 1]?.at);
        expect(history.place(number).span.length).toBe(Number(key.split(' ')[1]));
      }
    }),
  );
});
