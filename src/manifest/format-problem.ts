import { printable } from '../text/printable.ts';
import type { ManifestProblem } from './row.ts';

/** More lines than this are no longer read by anyone. */
const SHOWN_PROBLEMS = 100;

/**
 * One line for a person, in the form that editors and terminals make a link of:
 * `manifest.csv:12:ssl.method (row 11): "htp" is not one of: http, txt, email; did you mean "http"?`
 */
export function formatProblem(manifestName: string, problem: ManifestProblem): string {
  const name = manifestName === '-' ? 'stdin' : manifestName;
  const place = [name, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const row = problem.row === undefined ? '' : ` (row ${problem.row})`;
  return printable(`${place}${row}: ${problem.message}`);
}

/** The first 100 problems, a line each, and a last line that counts the rest. */
export function formatProblems(manifestName: string, problems: Iterable<ManifestProblem>): string[] {
  const lines: string[] = [];
  let count = 0;
  for (const problem of problems) {
    count += 1;
    if (count <= SHOWN_PROBLEMS) lines.push(formatProblem(manifestName, problem));
  }
  const rest = count - SHOWN_PROBLEMS;
  if (rest > 0) lines.push(`… and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`);
  return lines;
}
