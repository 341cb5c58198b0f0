import { expect, test } from 'vitest';
import { formatProblem, formatProblems } from '../../src/manifest/format-problem.ts';
import { ProblemGroups } from '../../src/manifest/problem-groups.ts';

const problem = {
  code: 'MANIFEST_BAD_VALUE',
  message: '"htp" is wrong',
  line: 12,
  row: 11,
  column: 'ssl.method',
} as const;

test('a problem is one line that leads to its place', () => {
  expect(formatProblem('manifest.csv', problem)).toBe(
    'manifest.csv:12:ssl.method (row 11): "htp" is wrong [MANIFEST_BAD_VALUE]',
  );
  expect(formatProblem('-', { code: 'MANIFEST_EMPTY', message: 'the manifest has no rows' })).toBe(
    'stdin: the manifest has no rows [MANIFEST_EMPTY]',
  );
});

test('no control character of the manifest reaches the terminal', () => {
  const line = formatProblem('m\u001b[31m.csv', { ...problem, column: 'a\nb\u2028c\u009bd' });
  expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
});

test('problems that say the same are one line, with their number and the first places', () => {
  const groups = new ProblemGroups();
  for (let row = 11; row < 20; row += 1) groups.add({ ...problem, row, line: row + 1 });
  groups.add({ ...problem, message: '"tx" is wrong', row: 30, line: 31 });
  expect(formatProblems('m.csv', groups.list(), groups.count)).toEqual([
    'm.csv:12:ssl.method (row 11, and 8 more: 12, 13, 14, …): "htp" is wrong [MANIFEST_BAD_VALUE]',
    'm.csv:31:ssl.method (row 30): "tx" is wrong [MANIFEST_BAD_VALUE]',
  ]);
});

test('of many different problems the first hundred are shown and the rest counted', () => {
  const groups = new ProblemGroups();
  for (let row = 1; row <= 1_234; row += 1) groups.add({ ...problem, message: `value ${row} is wrong`, row });
  const lines = formatProblems('m.csv', groups.list(), groups.count);
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('… and 1134 more problems');
});
