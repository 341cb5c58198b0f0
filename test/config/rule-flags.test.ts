import { expect, it } from 'vitest';
import { planRules } from '../../src/config/rule-flags.ts';

const DUE = { from: Date.UTC(2026, 10, 27, 12), tz: 'Europe/Berlin' };

it('reads the rules of a plan', () => {
  const flags = { force: ['rejected'], expect: 'edit=150, loses-upload=0', maxCalls: '900', until: '06:00' };
  expect(planRules(flags, DUE)).toEqual({
    force: ['rejected'],
    expect: { edit: 150, loses_upload: 0 },
    maxCalls: 900,
    until: Date.UTC(2026, 10, 28, 5),
  });
});

it.each([
  [{ force: ['reject'] }, 'did you mean "rejected"?'],
  [{ expect: 'edits=1' }, 'did you mean "edit"?'],
  [{ expect: 'edit' }, '--expect must be names and counts'],
  [{ expect: 'edit=1,edit=2' }, '--expect says two things of edit: 1 and 2.'],
  [{ maxCalls: '0' }, '--max-calls must be'],
  [{ until: 'noon' }, '--until must be a time of day'],
  [{ maxCalls: '10', force: ['max-calls'] }, '--max-calls 10 and --force max-calls say contrary things'],
])('refuses %j in words', (flags, says) => {
  expect(() => planRules(flags, DUE)).toThrow(says);
});
