import pc from 'picocolors';
import { counted, wrapped } from '../text/text-layout.ts';
import type { Check } from './check.ts';

const MARKS = { ok: ['ok  ', pc.green], warning: ['note', pc.yellow], failed: ['FAIL', pc.red] } as const;

/** A line for each check, what to do below those that are not well, and the sum. */
export function checkupText(checks: readonly Check[], { color }: { color: boolean }): string {
  const lines = checks.flatMap(({ what, state, says, advice }) => {
    const [mark, paint] = MARKS[state];
    const [first = '', ...others] = wrapped(`${what}: ${says}`, '      ');
    const line = `${color ? paint(mark) : mark}  ${first.trimStart()}`;
    return [line, ...others, ...(advice === undefined ? [] : wrapped(`→ ${advice}`, '      '))];
  });
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const bad = count('failed');
  const sum =
    bad > 0
      ? `${counted(bad, 'check')} failed: see to the first one first.`
      : count('warning') > 0
        ? 'Everything works; see to the notes when you can.'
        : 'All is well.';
  return [...lines, '', sum].join('\n');
}
