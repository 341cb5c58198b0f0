import { expect, test } from 'vitest';
import { formatProblem, formatProblems } from '../../src/manifest/format-problem.ts';

const problem = {
  code: 'MANIFEST_BAD_VALUE',
  message: '"htp" is wrong',
  line: 12,
  row: 11,
  column: 'ssl.method',
} as const;

test('a problem is one line that leads to its place', () => {
  expect(formatProblem('manifest.csv', problem)).toBe('manifest.csv:12:ssl.method (row 11): "htp" is wrong');
  expect(formatProblem('-', { code: 'MANIFEST_EMPTY', message: 'the manifest has no rows' })).toBe(
    'stdin: the manifest has no rows',
  );
});

test('no control character of the manifest reaches the terminal', () => {
  const line = formatProblem('m\u001b[31m.csv', { ...problem, column: 'a\nb\u2028c\u009bd' });
  expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
});

test('of many problems the first hundred are shown and the rest counted', () => {
  const lines = formatProblems(
    'm.csv',
    Array.from({ length: 1_234 }, () => problem),
  );
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('… and 1134 more problems');
  expect(formatProblems('m.csv', [problem])).toHaveLength(1);
});
