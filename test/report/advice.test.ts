import { expect, test } from 'vitest';
import { adviceFor } from '../../src/report/advice.ts';

const documented = [...Array.from({ length: 50 }, (_, index) => 1_400 + index), 1_469];
const fallback = adviceFor('CF_1468');

test.each(documented)('API code %i has advice of its own', (code) => {
  expect(adviceFor(`CF_${code}`)).not.toBe(fallback);
});

test('an unknown 14xx is final for its row', () => {
  expect(fallback).toContain('for good');
});

test.each(['MANIFEST_ANYTHING', 'CF_77777', 'SOMETHING_NEW', '', '__proto__', 'constructor'])(
  'unknown code "%s" still has one clear sentence',
  (code) => {
    expect(adviceFor(code)).toMatch(/^The .+\.$|^Read .+\.$/);
  },
);
