import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../src/batch/ledger/ledger-fold.ts';
import { next, type StageChange } from '../../../src/batch/run/stage.ts';

const through = (from: Standing, ...changes: StageChange[]): Standing[] => {
  const stations: Standing[] = [];
  for (
    let at: Standing | undefined = from, left = changes;
    at !== undefined && left[0] !== undefined;
    left = left.slice(1)
  ) {
    at = next(at, left[0]);
    if (at !== undefined) stations.push(at);
  }
  return stations;
};
const words = (standings: Standing[]) =>
  standings.map(({ stage, wave, holds }) => [stage, wave, holds].filter((part) => part !== undefined).join(' '));

const READING: Standing = { stage: 'reading', wave: 0 };
const CHANGES: StageChange[] = [
  ...(['read', 'begin', 'edited', 'pause', 'go', 'stop', 'cancel', 'reported'] as const).map((type) => ({ type })),
  { type: 'settled', more: false },
  { type: 'settled', more: true },
  { type: 'settled', more: true, gate: true },
];

describe('the stages of a batch', () => {
  it('feed all, then settle: one wave', () => {
    const path = through(
      READING,
      ...(['read', 'begin', 'edited'] as const).map((type) => ({ type })),
      ...([{ type: 'settled', more: false }, { type: 'reported' }] as const),
    );
    expect(words(path)).toEqual(['planning 0', 'editing 1', 'settling 1', 'reporting 1', 'finished 1']);
  });

  it('wave by wave, with a gate before the second', () => {
    const path = through(
      { stage: 'settling', wave: 1 },
      ...([{ type: 'settled', more: true, gate: true }, { type: 'go' }, { type: 'edited' }] as const),
      ...([{ type: 'settled', more: true }, { type: 'pause' }, { type: 'go' }] as const),
    );
    expect(words(path)).toEqual([
      'paused 2 editing',
      'editing 2',
      'settling 2',
      'editing 3',
      'paused 3 editing',
      'editing 3',
    ]);
  });

  it.each([
    ['editing', 'editing 2'],
    ['settling', 'editing 2'],
    ['stopped', 'editing 2'],
    ['reporting', 'reporting 2'],
  ] as const)('a batch that ended while %s goes on with %s', (stage, then) => {
    expect(words(through({ stage, wave: 2 }, { type: 'begin' }))).toEqual([then]);
  });

  it('a batch that is paused when its process dies is still paused when it is resumed, and holds what it held', () => {
    expect(words(through({ stage: 'paused', wave: 2, holds: 'settling' }, { type: 'begin' }, { type: 'go' }))).toEqual([
      'paused 2 settling',
      'settling 2',
    ]);
  });

  it('whatever comes, an end is an end, no wave comes back, and only what was paused goes on', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CHANGES), { size: 'large' }), (changes) => {
        let at = READING;
        for (const change of changes) {
          const then = next(at, change);
          if (then === undefined) continue;
          expect(['finished', 'cancelled']).not.toContain(at.stage);
          expect(then.wave).toBeGreaterThanOrEqual(at.wave);
          if (at.stage === 'paused') expect(['begin', 'go', 'stop', 'cancel']).toContain(change.type);
          if (then.stage === 'finished') expect(at.stage).toBe('reporting');
          at = then;
        }
      }),
    );
  });
});
