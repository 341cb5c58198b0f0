import { printable } from '../text/printable.ts';
import type { ProblemGroup } from './problem-groups.ts';
import type { ManifestProblem } from './row.ts';

/**
 * One line for a person, in the form that editors and terminals make a link of:
 * `manifest.csv:12:ssl.method (row 11): "htp" is not one of: http, txt, email; did you mean "http"?`
 */
export function formatProblem(manifestName: string, problem: ManifestProblem, others = ''): string {
  const name = manifestName === '-' ? 'stdin' : manifestName;
  const place = [name, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const row = problem.row === undefined ? '' : ` (row ${problem.row}${others})`;
  return printable(`${place}${row}: ${problem.message} [${problem.code}]`);
}

/** A line for each group, and a last line that counts the rest of `count`. */
export function formatProblems(manifestName: string, groups: readonly ProblemGroup[], count: number): string[] {
  const rest = count - groups.reduce((sum, group) => sum + group.count, 0);
  return [
    ...groups.map((group) => formatProblem(manifestName, group.problem, othersOf(group))),
    ...(rest > 0 ? [`… and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`] : []),
  ];
}

function othersOf({ count, also }: ProblemGroup): string {
  if (count === 1) return '';
  const rows = also.length === 0 ? '' : `: ${also.join(', ')}${count - 1 > also.length ? ', …' : ''}`;
  return `, and ${count - 1} more${rows}`;
}
