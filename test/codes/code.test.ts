import { expect, test } from 'vitest';
import { adviceFor, exitCodeFor } from '../../src/codes/code.ts';
import { exitCodeHelp } from '../../src/codes/exit.ts';

const documented = [...Array.from({ length: 50 }, (_, index) => 1_400 + index), 1_456, 1_459, 1_469, 2_005];
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

test.each([
  ['CONFIG_INVALID', 64],
  ['BATCH_DAMAGED', 65],
  ['QUEUE_UNREACHABLE', 69],
  ['LEDGER_UNWRITABLE', 74],
  ['LOCK_HELD', 75],
  ['INTERRUPTED', 130],
  ['CF_UNAUTHORIZED', 3],
  ['CF_77777', 3],
  ['OF_ANOTHER_VERSION', 70],
])('a command that ends with %s exits with %i', (code, exit) => {
  expect(exitCodeFor(code)).toBe(exit);
});

test('a refused authority is told apart from a wrong row: the field is to be left out', () => {
  expect(adviceFor('CF_1459')).toMatch(/Leave ssl\.certificate_authority out/);
});

test('help shows the exit codes of a command, and those that any command has', () => {
  const lines = exitCodeHelp({ ok: 'done', somePending: '' }).split('\n');
  expect(lines[1]).toBe('    0  done');
  expect(lines.map((line) => Number.parseInt(line, 10)).filter(Number.isFinite)).toEqual([
    0, 4, 64, 65, 69, 70, 74, 75, 130,
  ]);
});
