import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ControlChange, controlled, UNCONTROLLED } from '../../../src/batch/control/control-state.ts';
import { inForce } from '../../../src/batch/control/hold.ts';
import { word } from './words.ts';

const AT = '2026-01-01T00:00:00.000Z';
const NOW = Date.parse(AT);
const said = (...words: Parameters<typeof word>[]): ControlChange[] =>
  words.map((given, n) => ({ type: 'control', said: word(...given), up_to: n + 1 }));
const stateAfter = (...changes: ControlChange[]) =>
  changes.reduce((state, change) => controlled(state, { ...change, at: AT }), UNCONTROLLED);
const holdersOf = (...changes: ControlChange[]) => inForce(stateAfter(...changes).holds, NOW).map(({ by }) => by);

const GATE: ControlChange = { type: 'hold', by: 'gate', of: { wave: 2 }, reason: 'wave 2 waits for go' };
const RULE: ControlChange = { type: 'hold', by: 'rule', of: { slice: { method: 'txt' } }, reason: '3 of 10 failed' };
const LANE: ControlChange = { type: 'hold', by: 'lane', of: { lane: 'a' }, reason: 'API answers 503' };

describe('what operators say', () => {
  it('counts in the order in which it was heard, where two say contrary things', () => {
    expect(holdersOf(...said(['pause'], ['go']))).toEqual([]);
    expect(holdersOf(...said(['go'], ['pause']))).toEqual(['operator']);
  });

  it('holds until then where it says so, and a later pause takes the place of an earlier one', () => {
    const until = '2026-01-01T02:00:00.000Z';
    const { holds } = stateAfter(...said(['pause'], ['pause', { until, reason: 'lunch' }]));
    expect(holds).toEqual([
      { by: 'operator', of: 'batch', reason: 'paused by ana@workspace: lunch', since: AT, until },
    ]);
    expect(inForce(holds, Date.parse(until) - 1)).toHaveLength(1);
    expect(inForce(holds, Date.parse(until))).toEqual([]);
  });

  it('holds rows of one kind alone where a pause is of these, beside a pause of the batch', () => {
    const of = { certificate_authority: 'google' };
    const { holds } = stateAfter(...said(['pause', { of, reason: 'CAA' }], ['pause']));
    expect(holds.map((hold) => hold.of)).toEqual([{ slice: of }, 'batch']);
    expect(holds[0]?.reason).toBe('google paused by ana@workspace: CAA');
    expect(holdersOf(...said(['pause', { of }], ['go']))).toEqual([]);
  });

  it('go lifts what people, gates and rules hold, and never what the trouble of a lane holds', () => {
    expect(holdersOf(GATE, RULE, LANE, ...said(['pause']))).toEqual(['gate', 'rule', 'lane', 'operator']);
    expect(holdersOf(GATE, RULE, LANE, ...said(['pause'], ['go']))).toEqual(['lane']);
    expect(holdersOf(LANE, { type: 'lifted', by: 'lane', of: { lane: 'a' } })).toEqual([]);
    expect(holdersOf(LANE, { type: 'lifted', by: 'lane', of: { lane: 'b' } })).toEqual(['lane']);
  });

  it('adds up what is tuned, each value by its last word', () => {
    const tuned = said(['tune', { tune: { share: 0.5, window: 10 } }], ['tune', { tune: { share: 0.2 } }]);
    expect(stateAfter(...tuned).tuned).toEqual({ share: 0.2, window: 10 });
  });

  it('is heard, and changes nothing, where a later version says it or the batch is cancelled', () => {
    const strange = { type: 'control', said: word('explode' as 'go'), up_to: 7 } as const;
    expect(stateAfter(strange)).toEqual({ ...UNCONTROLLED, heardUpTo: 7 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom('pause', 'go', 'cancel', 'tune')), (words) => {
        const given = said(['cancel'], ...words.map((each): [typeof each, object] => [each, { tune: { window: 1 } }]));
        const { cancelled, holds, tuned, heardUpTo } = stateAfter(...given);
        expect(cancelled).toEqual((given[0] as { said: unknown }).said);
        expect([holds, tuned, heardUpTo]).toEqual([[], {}, given.length]);
      }),
    );
  });
});
