import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import { renderPlan } from './plan-text.ts';

/** A plan as a comment on a change request: its first line to be read, all of it folded away. Ends in a newline. */
export function planMarkdown(plan: PlanSummary): string {
  const [headline = '', ...rest] = renderPlan(plan, { color: false }).split('\n');
  const text = rest.join('\n').trim();
  // A fence is longer than any run of backticks in what it holds.
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [
    `### hostroll: ${headline}`,
    '',
    ...plan.notes.map((note) => `- ${note.replace(/([\\`*_<>[\]])/g, '\\$1')}`),
    ...(plan.notes.length === 0 ? [] : ['']),
    '<details><summary>The plan</summary>',
    '',
    `${fence}text`,
    text,
    fence,
    '',
    '</details>',
    '',
  ].join('\n');
}
