import { expect, it } from 'vitest';
import { lookOptions } from '../../src/config/ahead-flags.ts';

const DOCTOR = { sideBySide: '50' };

it.each([
  ['where somebody sees the plan first', {}, true, { isAsked: false, skipUnready: false }],
  ['not where nobody does', {}, false, undefined],
  ['not where it is declined', { look: false }, true, undefined],
  ['where it is asked for', { look: true }, false, { isAsked: true }],
  ['where rows are to be left for later', { skipUnready: true }, false, { isAsked: true, skipUnready: true }],
] as const)('rows are looked at %s', (_, flags, isWatched, options) => {
  const read = lookOptions({ ...DOCTOR, ...flags }, isWatched);
  if (options === undefined) expect(read).toBeUndefined();
  else expect(read).toMatchObject(options);
});
